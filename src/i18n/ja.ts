import type { Messages } from './messages.ts';

/** Japanese. In the polite です・ます style. */
export const messages: Messages = {
  'page.title': '{title} – {brand}',
  'page.title_error': 'エラー: {title} – {brand}',

  'layout.you_are_on': '現在のサイト: {host}',
  'layout.seal': 'この模様はこのアドレスから描かれています。',
  'layout.where': '現在の場所',
  'layout.this_machine': 'このコンピューター',
  'layout.help': 'ヘルプ',
  'layout.privacy': 'プライバシー',
  'layout.language': '言語',
  'layout.menu': 'メニュー',
  'layout.check_field': 'この欄を確認してください。',
  'layout.check_form.title': 'ご確認ください',
  'layout.not_yet.title': 'まだ完了していません',
  'layout.sign_out': 'サインアウト',

  'login.title': 'サインイン',
  'login.route': '{app} {host} に進みます',
  'login.route_account': 'アカウントを開きます',
  'login.identifier': 'メールアドレス',
  'login.username': 'ユーザー名',
  'login.username_or_email': 'ユーザー名またはメールアドレス',
  'login.not_you': 'ご本人ではありませんか？',
  'login.remember': 'サインインしたままにする',
  'login.submit': 'サインイン',
  'login.others': 'その他のサインイン方法',
  'login.last_used': '前回ここで使用',
  'login.cancel': 'キャンセルして{app}に戻る',
  'login.refused.title': 'サインインできませんでした',
  'login.refused.wrong': 'メールアドレスとパスワードの組み合わせが違います。',
  'login.refused.wrong_name': '名前とパスワードの組み合わせが違います。',
  'login.refused.check': '両方を確認して、もう一度お試しください。',
  'login.refused.check_or_other': '両方を確認するか、下の別の方法をお使いください。',
  'login.refused.slow_down': '続けて何度か試されました。{wait}待ってから、もう一度お試しください。',
  'login.refused.slow_down_or_other':
    '続けて何度か試されました。{wait}待つか、下の別の方法をお使いください。',
  'login.refused.busy': '現在、多くの方がサインインしています。少し待ってから、もう一度お試しください。',
  'login.check_password': 'このパスワードを確認してください。',
  'login.refused.expired':
    'ページを開いてから時間がたったか、すでに回答済みです。新しいページを表示しました。',

  'ways.count': {
    by: 'count',
    other: '残り{count}個',
  },

  'second_factor.remember_device': {
    by: 'days',
    other: 'このデバイスでは{days}日間たずねない',
  },

  'enrol.title': '本人確認の方法をもう1つ追加してください',
  'enrol.text': '{app}では2つ以上の確認が必要です。使いやすいものをお選びください。1分ほどで終わります。',
  'enrol.later': {
    by: 'left',
    other: '後で（残り{left}回）',
  },

  'mail.way_changed.subject_enrolled': '{brand}アカウントに追加されました: {way}',
  'mail.way_changed.subject_removed': '{brand}アカウントから削除されました: {way}',
  'mail.way_changed.title_enrolled': 'サインイン方法が追加されました',
  'mail.way_changed.title_removed': 'サインイン方法が削除されました',
  'mail.way_changed.what_enrolled': '{brand}アカウントに新しいサインイン方法が追加されました: {way}。',
  'mail.way_changed.what_removed': '{brand}アカウントからサインイン方法が削除されました: {way}。',
  'mail.way_changed.when': '日時: {when}、ネットワーク: {network}。',
  'mail.way_changed.do':
    'お心当たりがあれば問題ありません。なければ、パスワードを変更し、サインイン方法をご確認ください。',
  'mail.way_changed.action': 'アカウントを見る',
  'mail.new_credential.do':
    'ご自身の操作ですか? それなら問題ありません。そうでなければ、30日以内に削除してください。すべてのブラウザーとアプリもサインアウトします。',
  'mail.new_credential.action': '私ではありません',

  'mail.second_factor_failed.subject': '{brand}のパスワードが使われましたが、次の確認で止まりました',
  'mail.second_factor_failed.title': 'サインインが途中で止まりました',
  'mail.second_factor_failed.what':
    '{app}へのサインインで、{brand}アカウントの最初の確認が正しく入力されました。2つ目が違ったため、誰も入っていません。',
  'mail.second_factor_failed.when': '日時: {when}、デバイス: {device}、ネットワーク: {network}。',
  'mail.second_factor_failed.do':
    'お心当たりがあれば、もう一度お試しください。なければ、他の人がパスワードを知っています。今すぐ変更してください。',
  'mail.second_factor_failed.action': 'アカウントを見る',

  'passkey.title': 'パスキーを使ってください',
  'passkey.text': 'デバイスが指紋、顔、画面ロック、またはセキュリティキーを求めます。',
  'passkey.submit': 'パスキーを使う',
  'passkey.none': 'パスキーは使われませんでした。もう一度試すか、別の方法でサインインしてください。',
  'passkey.wrong': 'このパスキーはここでは使えません。別のパスキーか、別の方法をお試しください。',
  'passkey.script': 'パスキーにはJavaScriptが必要です。有効にするか、別の方法をお使いください。',
  'passkey.add.title': 'パスキーを保存',
  'passkey.add.submit': 'パスキーを保存',
  'passkey.offer.title': '次回からパスワードを省きますか？',
  'passkey.offer.text':
    'このデバイスにパスキーを保存すると、指紋、顔、画面ロックでサインインできます。だまし取られることも、使い回されることもありません。',
  'passkey.offer.here_title': '次回から別のデバイスを省きますか？',
  'passkey.offer.here_text':
    '別のデバイスのパスキーでサインインしました。このデバイスにも保存すると、指紋、顔、画面ロックでサインインできます。',
  'passkey.offer.note': 'このデバイスのロックを解除できる人は、あなたとしてサインインできます。',
  'passkey.offer.submit': 'パスキーを保存',
  'passkey.offer.later': '今はしない',
  'passkey.offer.never': '今後たずねない',
  'more_ways.title': '次回はもっと早くサインインしますか？',
  'more_ways.text':
    'パスキーやパスワードがあれば、メールを待つ必要がありません。メールでのサインインも引き続き使えます。',
  'more_ways.password': 'パスワードを決める',
  'more_ways.keep': 'メールのまま使う',
  'more_ways.back': '選択に戻る',
  'passkey.none_saved': 'パスキーは保存されませんでした。もう一度試すか、保存せずに進んでください。',
  'passkey.not_saved': 'パスキーを保存できませんでした。もう一度お試しください。',
  'passkey.expired': '時間がかかりすぎました。もう一度お試しください。',
  'passkey.saved_already': 'このデバイスには、すでにあなたのパスキーがあります。',
  'passkey.kind_refused': 'この種類のパスキーはここでは使えません。別のデバイスに保存してください。',
  'passkey.synced': 'ほかのデバイスにも同期',
  'passkey.not_synced': 'そのデバイスのみ',
  'passkey.second_only': '2段階目の確認専用',
  'passkey.too_many': 'パスキーは{maximum}個あり、これ以上追加できません。先に1つ削除してください。',

  'method.password.name': 'パスワード',
  'method.passkey.name': 'パスキー',
  'method.email.name': 'サインイン用リンクをメールで受け取る',
  'method.email.noun': 'メールのリンクとコード',

  'password.label': 'パスワード',
  'password.new': 'パスワードを決めてください',
  'password.again': '同じパスワードをもう一度',
  'password.show': '表示',
  'password.hide': '隠す',
  'password.hint': {
    by: 'minimum',
    other: '{minimum}文字以上。いくつかの単語を空白でつなぐとよいでしょう。',
  },
  'password.too_short': {
    by: 'minimum',
    other: '{minimum}文字以上にしてください。いくつかの単語を空白でつなぐとよいでしょう。',
  },
  'password.too_long': '保存できる長さを超えています。もっと短くしてください。',
  'password.characters': 'キーボードによって入力が変わる文字があります。文字、数字、記号をお使いください。',
  'password.breached': '多くの人が使っているため、最初に試されやすいパスワードです。別のものにしてください。',
  'password.personal':
    'お名前、メールアドレス、または当サイトの名前とほぼ同じです。最初に試されやすいものです。',
  'password.differs': '2つのパスワードが違います。同じものを2回入力してください。',
  'password.missing': 'パスワードを入力してください。',

  'layout.copied': 'コピーしました',

  'ways.signing_in_as': '{email}としてサインイン',
  'ways.cancel': 'キャンセル',

  'method.totp.name': '認証アプリ',
  'method.upstream.name': 'ほかのプロバイダー',
  'method.backup-codes.name': 'バックアップコード',

  'totp.title': 'あと1つ確認があります',
  'totp.code': '認証アプリのコード',
  'layout.continue': '続ける',
  'totp.others': 'アプリが手元にありませんか？',
  'totp.wrong': 'コードが違います。アプリに今表示されているコードを入力してください。',
  'totp.reused': 'このコードは使用済みです。アプリの次のコードをお待ちください。',
  'totp.too_many': {
    by: 'maximum',
    other: '認証アプリは{maximum}個あり、これ以上追加できません。先に1つ削除してください。',
  },
  'totp.added': 'このアプリはすでに接続されています。',
  'totp.add.title': '認証アプリを接続',
  'totp.add.text':
    'スマートフォンの認証アプリで画像を読み取ってください。アプリに、時間とともに変わるコードが表示されます。',
  'totp.add.picture': '認証アプリ用のQRコード',
  'totp.add.same_device': 'アプリがこのデバイスにある場合は、ここから開く',
  'totp.add.by_hand': '読み取れない場合は、このキーをアプリに入力してください:',
  'totp.add.copy': 'キーをコピー',
  'totp.add.code': 'アプリに今表示されているコード',
  'totp.add.name': '名前',
  'totp.add.name_hint': 'アカウントで見分けるための名前です。',
  'totp.add.proposal': '認証アプリ',
  'totp.add.proposal_more': '認証アプリ {number}',
  'totp.add.submit': '接続',

  'backup_codes.title': 'バックアップコードを使う',
  'backup_codes.code': 'バックアップコード',
  'backup_codes.hint': '保存した一覧にある8文字の英数字です。それぞれ1回使えます。',
  'backup_codes.wrong': 'このコードは一覧にありません。1文字ずつ確認してください。',
  'backup_codes.reused': 'このコードは使用済みです。一覧の次のコードをお使いください。',
  'backup_codes.not_saved': 'コードを安全な場所に保管したら、チェックを入れてください。',
  'backup_codes.added': 'これらのコードはすでに保存されています。',
  'backup_codes.add.title': 'バックアップコードを保存してください',
  'backup_codes.add.text':
    'スマートフォンをなくしても、コード1つにつき1回入れます。もう一度表示することはできません。',
  'backup_codes.add.replaces': '完了すると、以前のコードは使えなくなります。',
  'backup_codes.add.download': 'ダウンロード',
  'backup_codes.add.copy': 'コピー',
  'backup_codes.add.print': '印刷',
  'backup_codes.add.saved': 'コードを安全な場所に保存しました',
  'backup_codes.add.submit': '完了',

  'mail.passkey_doubted.subject': '{brand} アカウントのパスキーをご確認ください',
  'mail.passkey_doubted.title': 'パスキーのコピーがあるかもしれません',
  'mail.passkey_doubted.what':
    'パスキー「{name}」で {brand} アカウントにサインインがありました。パスキーのカウンターが正しく進んでいませんでした。これは、セキュリティキーがリセットされたとき、または誰かがそのコピーを持っているときに起こります。',
  'mail.passkey_doubted.do':
    'ご本人でしたか？それなら問題ありません。次に変更をするとき、一度だけ別の方法での確認もお願いします。心当たりがない場合は、このパスキーを今すぐ削除してください。',
  'mail.passkey_doubted.action': '自分のパスキーを見る',
  'mail.passkey_doubted.when': '日時: {when}、端末: {device}、ネットワーク: {network}',
  'mail.backup_code_used.subject': '{brand}アカウントでバックアップコードが使われました',
  'mail.backup_code_used.title': 'バックアップコードが使われました',
  'mail.backup_code_used.what': 'バックアップコードを使って、{brand}アカウントへのサインインがありました。',
  'mail.backup_code_used.left': {
    by: 'left',
    other: '残りのコードは{left}個です。',
  },
  'mail.backup_code_used.none_left': '最後のコードでした。今すぐ新しいコードを作成してください。',
  'mail.backup_code_used.do':
    'お心当たりがあれば問題ありません。なければ、他の人がコードを持っています。新しいコードを作成し、パスワードを変更してください。',
  'mail.backup_code_used.action': '新しいコードを作成',
  'mail.backup_code_used.when': '日時: {when}、ネットワーク: {network}。',

  'other_person.title': '別のアカウントが必要です',
  'other_person.text': '{app}は{email}とは別のアカウントを求めています。サインインは行われていません。',
  'other_person.again': '別のアカウントでサインイン',
  'may_use.title': 'このアプリは利用できません',
  'may_use.app': '{email}には{app}の利用が許可されていません。',
  'may_use.scopes': '{app}は、{email}にないアクセス権を求めています。',
  'may_use.contact': '利用が必要な場合は{contact}にお問い合わせください。',
  'may_use.nobody': '利用が必要な場合は{app}の管理者にお問い合わせください。',
  'required.new_tab': '（新しいタブで開きます）',
  'required.missing': '入力してください。',
  'required.profile.title': 'プロフィールを完成させてください',
  'required.profile.text': '続けるには、この情報が必要です。',
  'required.email.title': 'メールアドレスの確認',
  'required.email.text':
    '{email} に6桁のコードを送ります。ここに入力して、ご自分のアドレスであることを確認してください。',
  'required.email.submit': 'コードを送る',
  'required.email.sent': '{email} にコードを送りました。',
  'required.email.change': 'アドレスが違う場合は、アカウントで変更してください',
  'required.email.too_many': 'メールの要求が多すぎます。しばらく待ってから、もう一度お試しください。',
  'required.email.unavailable':
    '現在メールを送れないため、続けることができません。このサイトの管理者にお問い合わせください。',
  'required.password.title': '新しいパスワードを決めてください',
  'required.password.text': '続けるには、パスワードを変更する必要があります。前のパスワードは使えません。',
  'required.password.same': 'これは前のパスワードです。別のものにしてください。',
  'terms.title': '内容を読んで同意してください',
  'terms.text': '続けるには、同意が必要です。',
  'terms.text_new': '前回の同意のあとで内容が変わりました。続けるには、新しい版への同意が必要です。',
  'terms.accept': '同意する',
  'terms.decline': '同意しない',
  'terms.changed': '新しい版があります。読んでから同意してください。',
  'select_account.title': 'アカウントの選択',
  'select_account.stay': '{name}として続ける',
  'select_account.another': '別のアカウントを使う',
  'identity.note':
    '一度{email}としてサインインしてください。その後、{provider}がこのアカウントに連携されます。',
  'identity.connect.title': '{provider}を連携',
  'identity.connect.exists':
    'アドレス{address}のアカウントがここにあります。いつもの方法で一度サインインしてください。その後、{provider}が連携されます。',
  'identity.connect.proved': '{email}としてサインインしました。{provider}をこのアカウントに連携しますか？',
  'identity.connect.means.ways': '今後は{provider}でもここにサインインできます。',
  'identity.connect.means.stay': 'ほかのサインイン方法も2段階目の確認もそのまま残ります。',
  'identity.connect.means.learns':
    '{provider}がパスワードを受け取ることはありません。いつここにサインインしたかは伝わります。',
  'identity.connect.means.undo': 'アカウントのページでいつでも解除できます。',
  'identity.connect.submit': '{provider}を連携',
  'identity.connect.skip': '今はしない',
  'identity.code.text':
    '{address}にメールを送りました。メールにあるコードを入力してください。{valid}有効です。',
  'identity.code.why': '{provider}はこのアドレスを保証していないため、こちらで確認します。',
  'identity.create.title': 'アカウントを作成',
  'identity.create.text':
    '{provider}から次の情報を受け取りました。ここのアカウントに入れる内容を確認してください。',
  'identity.create.language': '言語：{language}',
  'identity.create.picture': '{host}の画像を使う',
  'identity.create.later':
    '今後は{provider}でここにサインインできます。パスワードやパスキーは後からアカウントのページで追加できます。',
  'upstream.failed.cancelled': '{provider}でキャンセルされました。もう一度試すか、別の方法を使ってください。',
  'upstream.failed.refused': '{provider}で許可されませんでした。もう一度試すか、別の方法を使ってください。',
  'upstream.failed.unreachable':
    '{provider}が応答していません。別の方法を使うか、後でもう一度お試しください。',
  'upstream.failed.invalid':
    '{provider}の応答を確認できませんでした。もう一度試すか、別の方法を使ってください。',
  'upstream.failed.no_email':
    '{provider}からメールアドレスを受け取れませんでした。{provider}で登録するか、別の方法を使ってください。',
  'upstream.failed.not_allowed':
    'この{provider}アカウントではここに入れません。別のアカウントか別の方法を使ってください。',
  'upstream.failed.stale':
    '{provider}で改めて本人確認が行われませんでした。もう一度試すか、別の方法を使ってください。',
  'upstream.failed.gone': 'このサインイン方法は現在提供されていません。別の方法を使ってください。',
  'connect.failed': '連携されませんでした',
  'connect.text': 'これから{provider}に移動してサインインし、ここに戻ります。',
  'connect.taken':
    'この{provider}アカウントは、ここの別のアカウントとすでに連携されています。{provider}で別のアカウントを使ってサインインしてください。',
  'unknown_identity.title': '連携しているアカウントがありません',
  'unknown_identity.text':
    '{provider}で本人であることは確認されましたが、ここには連携しているアカウントがありません。サインインは行われていません。',
  'unknown_identity.other': '別の方法でサインイン',
  'away.wrong': '本人であることが確認されませんでした。もう一度試すか、別の方法を使ってください。',

  'consent.title': '{app}に{brand}アカウントの使用を許可しますか？',
  'consent.who': '{email}でサインイン中',
  'consent.switch': '切り替える',
  'consent.at': '{name}',
  'consent.allow': '許可',
  'consent.deny': 'キャンセル',
  'consent.go': '{host}に移動します。',
  'consent.read_both': '{terms}と{policy}をお読みください。',
  'consent.read_one': '{document}をお読みください。',
  'consent.terms': '利用規約',
  'consent.policy': 'プライバシーポリシー',
  'consent.undo': '{link}でいつでも取り消せます。',

  'scope.openid': 'あなたが誰かを知る',
  'scope.openid_hint': 'アカウントを表す番号です。次回もアプリがあなたを見分けられます',
  'scope.profile': 'お名前とプロフィールを見る',
  'scope.email': 'メールアドレスを見る',
  'scope.address': '住所を見る',
  'scope.phone': '電話番号を見る',
  'scope.roles': 'ロールを見る',
  'scope.groups': 'グループを見る',
  'scope.claim': 'プロフィールの「{claim}」を見る',
  'scope.offline_access': 'あなたがいない間も接続を保つ',

  'first_administrator.title': '最初のアカウントを作成',
  'first_administrator.text':
    'まだ誰もアカウントを持っていません。これは管理者のアカウントになります。利用者とアプリは、サーバー上のコマンドで管理します。',

  'welcome.title': 'Gatehouseは動いています',
  'welcome.text':
    'まだ誰もアカウントを持っていません。最初のアカウントを作るリンクは、サーバーを起動した画面に表示されています。',
  'welcome.again':
    'リンクは1回だけ、1時間有効です。サーバーで次のコマンドを実行すると、新しいリンクが表示されます:',

  'set_password.title': 'パスワードを決めてください',
  'set_password.text': '今後は、このパスワードとメールアドレスでサインインします。',
  'password.save': 'このパスワードを保存',

  'users.email_taken': 'このアドレスにはすでにアカウントがあります。別のアドレスをお使いください。',
  'users.username_taken': 'このユーザー名は使えません。別のものをお選びください。',
  'users.username_malformed':
    'ユーザー名には、1種類の文字体系の文字と数字を使えます。その間にピリオド、ハイフン、アンダースコアを入れられます。',
  'users.email_malformed': 'メールアドレスには@が1つとドットが必要です: ana@example.com',
  'users.name_missing': 'お名前を入力してください。',

  'go_on.to': '{app}に進む',
  'go_on.text': '自動的に進みます。進まないときは、ボタンを押してください。',
  'go_on.other_person': 'このブラウザーでは別の方がサインインしていました。先にその方をサインアウトします。',

  'sign_out.title': 'サインアウトしますか？',
  'sign_out.text': '{email}としてサインインしています。',
  'sign_out.asked': '{app}が、このブラウザーで{brand}からサインアウトするよう求めています。',
  'sign_out.plain': 'このブラウザーで{brand}からサインアウトします。',
  'sign_out.yes': 'サインアウト',
  'sign_out.no': 'サインインしたままにする',
  'sign_out.wrong_address':
    'このアプリがサインアウト後の移動先に指定したアドレスは登録されていないため、このページにとどまります。',
  'sign_out.wrong_hint': 'このアプリが伝えたサインインの情報は正しくありません。',
  'sign_out.wrong_app': 'このページへ案内したアプリは、もう登録されていません。',

  'signed_out.title': 'サインアウトしました',
  'signed_out.text':
    'このブラウザーで{brand}からサインアウトしました。アプリにはまだサインインしている場合があります。アプリからもサインアウトしてください。',
  'signed_out.app': 'このページを閉じるか、{app}に戻ってもう一度サインインできます。',
  'signed_out.account': 'アカウントにサインイン',
  'signed_out.still_title': 'まだサインインしています',
  'signed_out.still': 'このブラウザーでは引き続き{brand}にサインインしています。',
  'signed_out.still_app':
    '{app}のアクセスは終了しました。このブラウザーでは引き続き{brand}にサインインしています。',

  'account.nav': 'あなたのアカウント',
  'account.overview': '概要',
  'account.sessions': 'セッション',
  'account.applications': '接続済みアプリ',

  'overview.title': 'あなたのアカウント',
  'overview.who': 'あなたについて',
  'overview.name': '名前',
  'overview.email': 'メールアドレス',
  'overview.verified': '確認済み',
  'overview.unverified': '未確認',
  'overview.role': '役割',
  'overview.administrator': '管理者',
  'overview.administrator_hint': '利用者とアプリは、サーバー上のコマンドで管理します:',
  'overview.access': 'アクセスできるもの',
  'overview.sessions': {
    by: 'count',
    other: '{count}個のブラウザーがサインインしています。',
  },
  'overview.sessions_none': 'サインインしているブラウザーはありません。',
  'overview.applications': {
    by: 'count',
    other: '{count}個のアプリが接続されています。',
  },
  'overview.applications_none': '接続されているアプリはありません。',
  'overview.see_sessions': 'セッションを見る',
  'overview.see_applications': 'アプリを見る',

  'sessions.title': 'サインインしている場所',
  'sessions.text':
    'セッションを終了すると、そのブラウザーはすぐにサインアウトします。お心当たりがなければ、終了してからパスワードを変更してください。',
  'sessions.this_device': 'このデバイス',
  'sessions.seen': '最終確認: {seen}',
  'sessions.since': '開始: {since}',
  'sessions.apps': '使用先: {apps}',
  'sessions.end': 'これを終了',
  'sessions.end_others': 'ほかのセッションをすべて終了',
  'sessions.none': 'ほかの場所ではサインインしていません。',
  'sessions.ended': 'そのセッションを終了しました。',
  'sessions.others_ended': 'ほかのセッションをすべて終了しました。',

  'applications.title': '接続済みアプリ',
  'applications.text':
    'これらのアプリはアカウントを使えます。接続を解除すると、もう一度許可が必要になります。',
  'applications.since': '開始: {since}',
  'applications.used': '最終使用: {used}',
  'applications.withdraw': '接続を解除',
  'applications.none':
    '接続されているアプリはありません。このアカウントでアプリにサインインすると、ここに表示されます。',
  'applications.withdrawn': '{app}の接続を解除しました。再びアカウントを使うには許可が必要です。',

  'account.profile': 'プロフィール',
  'account.security': 'セキュリティ',
  'account.data': 'あなたのデータ',
  'account.again': '確認できました。もう一度ボタンを押してください。',

  'profile.title': 'プロフィール',
  'profile.text':
    'プロフィールの閲覧を許可したアプリに、この内容が渡ります。見せたくない欄は空のままにしてください。',
  'profile.group.name': '名前',
  'profile.group.about': 'あなたについて',
  'profile.group.place': '言語と時刻',
  'profile.group.contact': '電話番号と住所',
  'profile.fixed': 'プロフィールにあるその他の項目',
  'profile.fixed_text': '変更できるのは、このサービスの管理担当だけです。管理担当にお問い合わせください。',
  'profile.change_email': 'メールアドレスを変更',
  'profile.confirm_email': 'メールアドレスを確認',
  'profile.save': '保存',
  'profile.saved': 'プロフィールを保存しました。',
  'profile.email_changed': 'メールアドレスを確認しました。',
  'profile.name': '氏名',
  'profile.given_name': '名',
  'profile.middle_name': 'ミドルネーム',
  'profile.family_name': '姓',
  'profile.nickname': '呼び名',
  'profile.preferred_username': 'アプリでのユーザー名',
  'profile.gender': '性別',
  'profile.birthdate': '生年月日',
  'profile.locale': '言語',
  'profile.zoneinfo': 'タイムゾーン',
  'profile.website': 'ウェブサイト',
  'profile.profile': 'プロフィールページ',
  'profile.picture': '写真',
  'profile.phone_number': '電話番号',
  'profile.street_address': '番地',
  'profile.postal_code': '郵便番号',
  'profile.locality': '市区町村',
  'profile.region': '都道府県',
  'profile.country': '国',
  'profile.language_of_browser': 'ブラウザーの設定に従う',
  'profile.zone_none': '未設定',
  'profile.hint.url': 'https:// で始まるアドレス',
  'profile.hint.date': '年-月-日: 1984-02-29。年だけでもかまいません。',
  'profile.hint.phone': '国番号から: +41 44 268 12 34',
  'profile.hint.language': 'これらのページ、メール、および言語をたずねるアプリで使います。',
  'profile.wrong.text': '長すぎるか、表示できない文字があります。',
  'profile.wrong.lines': '長すぎるか、表示できない文字があります。',
  'profile.wrong.url': 'https:// で始まるアドレスをお使いください',
  'profile.wrong.date': '1984-02-29の形、または年だけを入力してください。',
  'profile.wrong.phone': '+と国番号から始めてください: +41 44 268 12 34',
  'profile.wrong.language': '一覧から言語を選んでください。',
  'profile.wrong.zone': '一覧からタイムゾーンを選んでください。',

  'account_password.title': 'パスワードを変更',
  'account_password.title_first': 'パスワードを決める',
  'account_password.text': '2段階目を省いているほかのデバイスでは、もう一度確認が必要になります。',
  'account_password.current': '現在のパスワード',
  'account_password.prove': '別の方法を使う',
  'account_password.wrong': '現在のパスワードと違います。確認するか、別の方法をお使いください。',
  'account_password.end_others': 'アプリも含めて、ほかのすべての場所からサインアウト',
  'account_password.end_others_hint': 'チェックを外すと、ほかの場所でのサインインはそのまま続きます。',

  'account_email.title': 'メールアドレスを変更',
  'account_email.title_confirm': 'メールアドレスを確認',
  'account_email.text':
    '現在のメールアドレスは{email}です。下のアドレスにリンクを送ります。開くまでは何も変わりません。',
  'account_email.new': '新しいメールアドレス',
  'account_email.submit': 'リンクを送る',
  'account_email.same': 'すでにお使いのメールアドレスです。新しいものを入力してください。',
  'account_email.slow_down': '続けて何度かリンクが送られました。{wait}待ってから、もう一度お試しください。',
  'account_email.pending': '{email}へのリンクが確認待ちです。新しく送ると、前のものは使えなくなります。',

  'email_sent.text': '{email}にリンクを送りました。1回だけ、{valid}有効です。',
  'email_sent.until': '開くまで、メールアドレスは変わりません。',
  'email_sent.again': '新しいリンクを送る',

  'email_confirm.title': 'このメールアドレスを確認',
  'email_confirm.text': '{email}がメールアドレスになります。現在は{before}です。',
  'email_confirm.same': '{email}はあなたのメールアドレスです。メールが届くことを確認してください。',
  'email_confirm.submit': '確認する',

  'email_undo.title': '変更を元に戻しますか？',
  'email_undo.text': 'メールアドレスが{email}に戻り、すべてのブラウザーとアプリがサインアウトします。',
  'email_undo.submit': '元に戻す',
  'email_undo.not_needed': 'ご自身で変更された場合は、このページを閉じてください。まだ何も起きていません。',

  'email_undone.title': '元のメールアドレスに戻りました',
  'email_undone.text': 'すべてのブラウザーとアプリがサインアウトしました。',
  'email_undone.next':
    '他の人が変更した場合、パスワードを知られているかもしれません。サインインして新しいものに変えてください。',
  'email_undone.submit': 'サインインしてパスワードを変更',

  'security.title': 'セキュリティ',
  'security.ways': 'サインイン方法',
  'security.connected': '連携済みのサインイン',
  'security.connected_text':
    'これらのいずれかにあなたとしてサインインできる人は、ここでもあなたとしてサインインできます。',
  'security.not_connected': '未連携',
  'security.connect': '連携',
  'security.closed': '現在オフ',
  'security.not_set_up': '未設定',
  'security.ready': '使用できます',
  'security.since': '開始: {since}',
  'security.count': {
    by: 'count',
    other: '{count}個設定済み',
  },
  'security.left': {
    by: 'left',
    other: '残り{left}個',
  },
  'security.add': '設定',
  'security.add_more': 'もう1つ追加',
  'security.change': '変更',
  'security.renew': '新しく作成',
  'security.rename': '名前を変更',
  'security.remove': '削除',
  'security.second_factor': '2段階目の確認',
  'security.second_factor_on': '2段階目が必要なときは、次のものを求めます: {ways}。',
  'security.second_factor_off':
    '現在は1段階でサインインします。認証アプリかパスキーを加えると、2段階目ができます。',
  'security.devices': '2段階目を省くデバイス',
  'security.devices_text': '「このデバイスではたずねない」を選んだデバイスです。',
  'security.device': '{since}から · {until}まで',
  'security.forget': '再びたずねる',
  'security.forget_all': 'すべてで再びたずねる',
  'security.events': '最近の出来事',
  'security.events_text':
    'お心当たりのないものがあれば、そのセッションを終了し、パスワードを変更してください。',
  'security.password_changed': 'パスワードを変更しました。メールでもお知らせしました。',
  'security.added': '新しいサインイン方法が使えるようになりました。',
  'security.removed': 'そのサインイン方法を削除しました。',
  'security.renamed': '新しい名前を保存しました。',
  'security.device_forgotten': 'そのデバイスで再びたずねます。',
  'security.devices_forgotten': 'すべてのデバイスで再びたずねます。',

  'event.removal_asked': 'なくした端末の削除が依頼されました',
  'event.removal_cancelled': 'なくした端末の削除が取り消されました',
  'event.signed_in': 'サインインしました',
  'event.password_changed': 'パスワードが変更されました',
  'event.recovery_refused': 'アカウントの復旧で誤ったコードが入力されました',
  'event.new_device_ended': '新しいデバイスに心当たりがないと知らされたため、ログアウトしました',
  'event.credential_denied': '新しいサインイン方法に心当たりがないと知らされたため、削除しました',
  'event.second_factor_rule_set': 'このサービスの管理担当が2段階目をたずねるかどうかを変更しました',
  'event.recovered': 'アカウントが復旧されました',
  'event.email_change_asked': 'メールアドレスの変更が求められました',
  'event.email_changed': 'メールアドレスが変更されました',
  'event.email_change_undone': 'メールアドレスの変更が取り消されました',
  'event.signed_out_by_provider': 'サインインに使ったプロバイダーによってサインアウトされました',
  'event.session_ended': 'セッションが終了されました',
  'event.other_sessions_ended': 'ほかのセッションがすべて終了されました',
  'event.terms_accepted': '規約に同意しました',
  'event.consent_withdrawn': 'アプリの接続が解除されました',
  'event.data_exported': 'データのコピーがダウンロードされました',
  'event.deletion_planned': 'アカウントの削除が求められました',
  'event.deletion_cancelled': '再びサインインしたため、アカウントは残ります',
  'event.device_forgotten': 'デバイスで2段階目を再びたずねます',
  'event.passkey_doubted': 'パスキーが使われましたが、そのコピーがあるかもしれません',
  'event.token_stolen': 'コピーされたアプリの鍵を止めました',
  'event.way_added': '{way}: 設定',
  'event.way_removed': '{way}: 削除',
  'event.way_refused': '{way}: 誤った試行',
  'event.second_factors_removed': 'このサービスの管理担当が2段階目を削除しました',

  'ways.last': 'アカウントに入る最後の方法です。先に別の方法を設定してください。',
  'ways.busy': '別の削除が進行中です。少し待ってから、もう一度お試しください。',
  'ways.name_missing': '見分けられる名前を入力してください。',

  'rename.title': '名前をつける',
  'rename.name': '名前',
  'rename.submit': '保存',

  'prove.title': 'ご本人であることを確認します',
  'prove.also': 'この変更には、次の確認も必要です:',
  'prove.also_one_of': 'この変更には、次のいずれかの確認も必要です:',
  'prove.after': '確認が済むと、そのまま続きに戻ります。',
  'prove.none':
    'このアカウントにあるものでは、この変更に必要な確認ができません。サイトの運営者にお問い合わせください。',
  'prove.back': 'セキュリティに戻る',
  'lost.link': 'もう持っていません',
  'lost.title': '端末をなくしましたか？',
  'lost.text':
    'なくしたものの削除を依頼できます。ほかの人による依頼を止められるように、登録されているすべてのメールアドレスに知らせ、{delay}待ちます。',
  'lost.which': '何をなくしましたか？',
  'lost.submit': '削除を依頼する',
  'lost.operator': 'ここでは、サイトの運営者だけが削除できます。運営者にお問い合わせください。',
  'lost.choose': 'なくしたものを選んでください。',
  'lost.have_more': 'まだ持っているもので先に確認するか、それもなくしたと選んでください。',
  'lost.too_often': '少し前に何度か依頼されています。1時間待ってからもう一度お試しください。',
  'lost.waiting_title': '削除の依頼があります',
  'lost.waiting': '{due}以降、アカウントから次のものがなくなります: {ways}。',
  'lost.asked_by': '依頼: {when}、ネットワーク {network}。',
  'lost.keep': 'まだ持っています: 取り消す',
  'lost.until': 'それまでは、ここまたはメールのリンクから取り消せます。',
  'lost.cancel_title': 'この削除を取り消しますか？',
  'lost.cancel_text': 'アカウントに残ります: {ways}。',
  'lost.cancelled_title': '削除を取り消しました',
  'lost.cancelled_text':
    '何も変わりません。依頼した覚えがない場合は、誰かがパスワードを知っています。今すぐ変更してください。',
  'lost.change_password': 'パスワードを変更',
  'remove.title': 'サインイン方法を削除',
  'remove.refused': 'これは残す必要があります',
  'remove.text': '{way}ではサインインできなくなります。',
  'remove.keep': '残す',

  'data.title': 'あなたのデータ',
  'data.copy': 'あなた用のコピー',
  'data.copy_text':
    '保存しているすべてを1つのファイルにします: プロフィール、サインイン方法、セッション、アプリ、出来事。',
  'data.download': 'ダウンロード（JSON）',
  'data.delete': 'アカウントの終了',
  'data.delete_text': 'アカウントと、その中の個人情報をすべて削除できます。',
  'data.delete_begin': 'アカウントを削除',

  'account_delete.title': 'アカウントを削除しますか？',
  'account_delete.text':
    '{email}のアカウントを削除します: プロフィール、サインイン方法、セッション、接続済みアプリ。',
  'account_delete.grace': {
    by: 'days',
    other:
      'すべての場所からすぐにサインアウトします。{days}日後に削除されます。その前にサインインすると残ります。',
  },
  'account_delete.log': 'セキュリティ記録には、お名前のない番号で出来事が残ります。',
  'account_delete.sure': 'はい、アカウントとその中のすべてを削除します',
  'account_delete.sure_missing': '本当に削除する場合は、チェックを入れてください。',
  'account_delete.last_administrator':
    'このサービスの管理者はあなただけなので、アカウントを削除できません。先に別の人を管理者にしてください。',
  'account_delete.submit': 'アカウントを削除',

  'deletion_planned.title': 'アカウントは削除されます',
  'deletion_planned.text': {
    by: 'days',
    other: 'すべての場所からサインアウトしました。{days}日後に個人情報はすべてなくなります。',
  },
  'deletion_planned.undo': '気が変わったら、その前にサインインしてください。アカウントは残ります。',
  'deletion_planned.submit': 'サインインして残す',

  'error.reference': '参照番号 {id}',
  'error.tell': '問題を知らせる',
  'error.to_account': 'アカウントに移動',
  'error.back_to': '{app}に戻る',
  'error.start_again': '最初からやり直す',
  'error.wait': '{wait}待ってから、もう一度お試しください。',
  'error.expired.title': 'ページを開いてから時間がたちすぎました',
  'error.expired.text': '失われたものはありません。元のアプリからやり直してください。',
  'error.not_found.title': 'ここにページはありません',
  'error.not_found.text': 'アドレスが変わったか、入力が違っているかもしれません。アカウントは安全です。',
  'error.refused.title': 'ここから先に進めません',
  'error.refused.text': 'アプリの要求に応えられません。何も共有されていません。',
  'error.refused.again': '戻って、もう一度お試しください。',
  'error.refused.app':
    'もう一度試しても解決しません。アプリの運営者による変更が必要です。下の参照番号を添えて、運営者に伝えてください。',
  'error.broken.title': 'こちらで問題が起きました',
  'error.broken.text':
    'あなたのせいではありません。アカウントは安全です。少し待ってから、もう一度お試しください。',
  'error.busy.title': '現在、大変混み合っています',
  'error.busy.text': '失われたものはありません。',
  'error.too_many.title': '一度に多くの操作がありました',
  'error.too_many.text': 'アカウントを守るため、間隔をあけています。ロックはされていません。',
  'error.bad_request.title': '読み取れませんでした',
  'error.bad_request.text': 'ブラウザーからの内容が完全に届きませんでした。戻って、もう一度お試しください。',
  'error.link_used.title': 'このリンクはもう使えません',
  'error.link_used.text': 'リンクは1回だけ、短い時間有効です。新しいリンクを受け取ってください。',
  'error.other_browser.title': 'このサインインは別のブラウザーで始められました',
  'error.other_browser.text':
    'ここでは何も変更されていません。始めたブラウザーで続けるか、このブラウザーで最初からやり直してください。',
  'error.signed_in_already.title': 'サインインしています',
  'error.signed_in_already.text': 'このサインインは完了しました。このページですることはもうありません。',
  'error.wrong.client': 'アプリがここに登録されていないか、無効にされています。',
  'error.wrong.redirect_uri': 'アプリが移動先に指定したアドレスは、ここに登録されていません。',
  'error.wrong.missing': 'リクエストに足りないものがあります: {names}',
  'error.wrong.twice': 'リクエストに重複しているものがあります: {names}',
  'error.wrong.way': 'このサーバーが対応していない方法でのリクエストです。',
  'error.wrong.request_uri':
    'アプリが用意したリクエストは、期限切れか使用済みです。アプリからもう一度始めてください。',
  'error.wrong.sign_out': 'そのサインアウトはすでに完了しているか、ページを長く開きすぎていました。',
  'error.wrong.too_long': 'アドレスが長すぎて受け付けられません。',
  'error.wrong.too_large': '送られた内容が多すぎて受け付けられません。',
  'error.wrong.other_site': 'フォームは別のサイトから送られました。',
  'error_class.request.title': 'アプリのリクエストが正しくありませんでした',
  'error_class.request.text':
    '必要なものが欠けていたか、読み取れない書き方になっていました。アプリの開発者が修正できます。',
  'error_class.client.title': 'アプリが自身を証明できませんでした',
  'error_class.client.text':
    'ここに登録されていないか、シークレットや鍵が合わなかったか、この方法でのリクエストが許可されていません。アプリの運営者が修正できます。',
  'error_class.access.title': 'アプリが求めたアクセスは許可できません',
  'error_class.access.text':
    '求められたものがここに存在しないか、アプリがそのように設定されていません。アプリの運営者が修正できます。',
  'error_class.grant.title': 'アプリは以前のサインインでは続けられません',
  'error_class.grant.text':
    'アプリが提示したものは、期限切れか、使用済みか、無効になっています。アプリにもう一度サインインしてください。',
  'error_class.person.title': '続けるには、ご本人の操作が必要です',
  'error_class.person.text':
    'アプリはページを表示せずに続けようとしましたが、先にサインイン、アカウントの選択、または同意が必要です。アプリを開いてサインインしてください。',
  'error_class.denied.title': 'サインインは中断されました',
  'error_class.denied.text':
    '前に戻ったか、許可しなかったか、アプリに渡せるものがありませんでした。何も共有されていません。',
  'error_class.key.title': 'アプリの鍵の証明が正しくありませんでした',
  'error_class.key.text':
    '証明が欠けていたか、古すぎたか、別の目的のものでした。アプリの開発者が修正できます。',
  'error_class.developer': 'アプリを開発・運営している方へ',
  'error_class.log':
    'この参照番号でこのサーバーのログを探すと、何が問題だったかを正確に示す行が1行あります。',
  'error_class.read': 'それぞれの理由の意味と対処方法: {document}',

  'mailbox.title': 'メールボックス',
  'mailbox.text': 'この環境が送ったメールです。このコンピューターだけが見られ、外には出ません。',
  'mailbox.none': 'まだメールは送られていません。',
  'mailbox.to': '宛先 {to} · {date}',
  'mailbox.here': 'このコンピューターからは何も送信されません。メールはこちらにあります: {link}',
  'mailbox.filter': 'アドレスまたは件名',
  'mailbox.reload': '再読み込み',
  'mailbox.none_found': '該当するメールはありません。',
  'mailbox.as_seen': 'プレビュー',
  'mailbox.as_text': 'テキスト',

  'email.title': 'メールでサインイン',
  'email.text': 'リンクと6桁のコードをメールで送ります。どちらか1つでサインインできます。',
  'email.text_open': '初めての方も、同じメールでアカウントを作成できます。',
  'email.submit': 'メールを送る',
  'email.wrong': 'コードが違います。最新のメールを見て、6桁すべてを入力してください。',
  'email.check_code': 'このコードを確認してください。',
  'email.nothing_yet': 'お心当たりがなければ、このページを閉じてください。まだ何も起きていません。',
  'email.sent.title': 'メールをご確認ください',
  'email.sent.text':
    '{address}のアカウントがあれば、リンクと6桁のコードを送りました。どちらも{valid}有効です。',
  'email.sent.text_open':
    '{address}がここで使えるアドレスであれば、リンクと6桁のコードを送りました。どちらも{valid}有効です。',
  'email.sent.code': 'メールのコード',
  'email.sent.hint': 'このブラウザーでリンクを開くか、ここにコードを入力してください。',
  'email.sent.nothing': '届いていませんか？迷惑メールと、上のアドレスをご確認ください。',
  'email.sent.again': '新しいコードを送る',
  'email.away.title': 'メールサーバーが応答しません',
  'email.away.text':
    'メールは送信待ちです。{valid}は送信を続けます。別の方法を使うか、少し待ってからお試しください。',
  'email.link.title': 'サインインを完了',
  'email.link.text': '{age}前に、このブラウザーから{address}としてのサインインが求められました。',
  'email.link.text_app': '{age}前に、このブラウザーから{address}として{app}へのサインインが求められました。',
  'email.link.submit_app': '{app}にサインイン',
  'email.elsewhere.title': '始めた画面でこのコードを入力してください',
  'email.elsewhere.text':
    'サインインを始めたブラウザーとは別のブラウザーです。元の画面で次のコードを入力してください:',
  'email.elsewhere.hint':
    '1回だけ、あと{valid}有効です。誰にも読み上げないでください。{brand}がたずねることはありません。',
  'email.elsewhere.submit': '代わりにこのデバイスでサインイン',
  'email.here.title': 'このデバイスでサインインしますか？',
  'email.here.text': '{address}として、{brand}アカウントをここで開きます。',
  'email.here.new': '{address}で、{brand}アカウントをここで作成します。',
  'email.here.then': '始めた画面では、新しいコードが必要になります。',
  'email.here.submit': 'ここでサインイン',
  'email.here.back': 'コードをもう一度表示',

  'mail.sent_by': '送信元: {host}',

  'mail.sign_in.subject': '{code} は{brand}のコードです',
  'mail.sign_in.preheader': '{code} – 入力するか、リンクを開いてください。どちらも{valid}有効です。',
  'mail.sign_in.title': 'アカウントにサインイン',
  'mail.sign_in.title_app': '{app}にサインイン',
  'mail.sign_in.code': '始めた画面でこのコードを入力してください:',
  'mail.sign_in.action': 'または、このリンクで{host}にサインイン',
  'mail.sign_in.when':
    '日時: {when}、デバイス: {device}、ネットワーク: {network}。1回だけ、{valid}有効です。',
  'mail.sign_in.safe':
    'お心当たりがなければ、このメールを削除してください。このメールがなければ誰も入れません。コードは誰にも読み上げないでください。',

  'mail.link_used.subject': '別のデバイスで{brand}にサインインしました',
  'mail.link_used.title': 'リンクが別のデバイスで使われました',
  'mail.link_used.what':
    'リンクを求めたのとは別のブラウザーでサインインがありました: {device}。そこで{brand}アカウントが開いています。',
  'mail.link_used.when': '日時: {when}、ネットワーク: {network}。',
  'mail.link_used.do': 'お心当たりがあれば問題ありません。なければ、今すぐそのセッションを終了してください。',
  'mail.link_used.action': 'セッションを見る',

  'mail.api_key.subject_made': '{brand}アカウントに新しいAPIキーが作成されました',
  'mail.api_key.title_made': '新しいAPIキー',
  'mail.api_key.what_made':
    'アカウントに新しいAPIキーがあります: {name}。このキーがあると、プログラムがあなたの名前で{api}を使えます。',
  'mail.api_key.do_made':
    'ご自身、またはあなたが依頼した人の操作ですか? それなら問題ありません。そうでなければ、キーを終了し、パスワードを変更してください。',
  'mail.api_key.subject_network': 'APIキー{name}が新しいネットワークから使われました',
  'mail.api_key.title_network': 'APIキーが別の場所で使われました',
  'mail.api_key.what_network':
    'APIキー{name}が、これまで一度も使われたことのないネットワークから使われました。',
  'mail.api_key.do_network':
    'そこで動いているプログラムがなければ、キーを終了してください。ほかの人が持っています。',
  'mail.api_key.subject_expiring': 'APIキー{name}の期限が近づいています',
  'mail.api_key.title_expiring': 'APIキーの期限が近づいています',
  'mail.api_key.what_expiring': 'APIキー{name}は{until}まで使えます。その後も使うプログラムは拒否されます。',
  'mail.api_key.do_expiring':
    'まだ必要な場合は、それまでに新しいキーを作成し、プログラムに設定してください。',
  'mail.api_key.action': 'APIキーを見る',
  'mail.api_key.which': 'APIキー: {name}。API: {api}。',

  'mail.token_theft.subject': '{app}をアカウントから切り離しました',
  'mail.token_theft.title': '{app}を切り離しました',
  'mail.token_theft.what':
    '{app}だけが持つはずの鍵のコピーが使われました。安全のため、アカウントへのアクセスを終了しました。',
  'mail.token_theft.when': '検知日時: {when}、ネットワーク: {network}。',
  'mail.token_theft.do':
    '{app}をお使いの場合は、もう一度サインインしてください。セッションを見直し、お心当たりのないものを終了してください。',
  'mail.token_theft.action': 'セッションを見る',
  'mail.token_theft.safe': 'パスワードは使われておらず、変わっていません。',

  'mail.set_password.subject': '{brand}のパスワードを決めてください',
  'mail.set_password.title': 'パスワードを決めてください',
  'mail.set_password.what': '{brand}にアカウントがあります。サインイン用のパスワードを決めてください。',
  'mail.set_password.action': 'パスワードを決める',
  'mail.set_password.when': 'リンクは1回だけ、{valid}有効です。',
  'mail.set_password.safe':
    'お心当たりがなければ、このメールを削除してください。リンクは誰にも渡さないでください。アカウントが開きます。',

  'mail.password_changed.subject': '{brand}のパスワードが変わりました',
  'mail.password_set.subject': '{brand}アカウントにパスワードが設定されました',
  'mail.password_set.title': 'パスワードが設定されました',
  'mail.password_set.what':
    '{brand}アカウントにはこれまでパスワードがありませんでした。今後はパスワードでサインインできます。',
  'mail.password_changed.title': 'パスワードが変わりました',
  'mail.password_changed.what': '{brand}アカウントのパスワードが変更されました。',
  'mail.password_changed.when': '日時: {when}、ネットワーク: {network}。',
  'mail.password_changed.do': 'お心当たりがあれば問題ありません。なければ、すぐにご連絡ください。',
  'mail.password_changed.action': 'アカウントを見る',

  'mail.email_confirm.subject': '{brand}のメールアドレスをご確認ください',
  'mail.email_confirm.title': 'メールアドレスを確認',
  'mail.email_confirm.what': '{brand}にサインイン中の方が、このアドレスをアカウントに使おうとしています。',
  'mail.email_confirm.action': 'このアドレスを確認',
  'mail.email_confirm.valid': 'リンクは1回だけ、{valid}、その方に限り有効です。',
  'mail.email_confirm.safe': 'お心当たりがなければ、このメールを削除してください。何も起きません。',

  'mail.email_changed.subject': '{brand}アカウントのメールアドレスが変わりました',
  'mail.email_changed.title': 'メールアドレスが変わりました',
  'mail.email_changed.what': '今後、{brand}アカウントのメールアドレスはこのアドレスではなくなります。',
  'mail.email_changed.do': 'お心当たりがあれば問題ありません。なければ、{valid}以内に元に戻してください。',
  'mail.email_changed.action': '元に戻す',
  'mail.email_changed.safe': '元に戻すと、すべてのブラウザーとアプリがサインアウトします。',
  'mail.email_moved.subject': '{brand}アカウントのメールアドレス',
  'mail.email_moved.title_new': 'これからはこのアドレスです',
  'mail.email_moved.what_new': 'これからは、あなたの{brand}アカウントのメールアドレスはこのアドレスです。',
  'mail.email_moved.title_back': '以前のアドレスに戻りました',
  'mail.email_moved.what_back':
    '{brand}アカウントのメールアドレスの変更が取り消されました。すべてのブラウザーとアプリがサインアウトしました。',
  'mail.email_moved.title_gone': 'このアドレスはアカウントから外されました',
  'mail.email_moved.what_gone':
    '{brand}アカウントをこのアドレスにした変更が、以前のアドレスから取り消されました。このアドレスではもうサインインできません。',

  'mail.email_in_use.subject': '{brand}でこのアドレスが入力されました',
  'mail.email_in_use.title': '{brand}のアカウントをすでにお持ちです',
  'mail.email_in_use.what':
    '別の{brand}アカウントにこのアドレスが入力されました。アドレスはあなたのままです。',
  'mail.email_in_use.do':
    'お心当たりがあれば、このアドレスでサインインするか、先にこのアカウントのアドレスを変えてください。',
  'mail.email_in_use.safe': '何も変わっておらず、アカウントがあることは誰にも知られていません。',

  'mail.removal_asked.subject': 'なくしましたか？{brand} アカウントからの削除',
  'mail.removal_asked.title': 'なくしたという依頼がありました',
  'mail.removal_asked.what':
    'あなたのパスワードを知っている人が、{brand} アカウントから次のものを削除するよう依頼しました: {ways}。{due}に削除します。',
  'mail.removal_asked.do':
    'ご自身の依頼であれば問題ありません。そうでなければ、今すぐ取り消してパスワードを変更してください。',
  'mail.removal_asked.action': '削除を取り消す',
  'mail.removal_asked.when': '依頼: {when}、{device}、ネットワーク {network}。',
  'mail.removal_cancelled.subject': '{brand} アカウントからの削除を取り消しました',
  'mail.removal_cancelled.title': '何も削除されません',
  'mail.removal_cancelled.what': '{brand} アカウントに残ります: {ways}。',
  'mail.removal_cancelled.do':
    'ご自身で依頼していない場合は、誰かがパスワードを知っています。変更してください。',
  'mail.deletion_planned.subject': '{brand}アカウントは削除されます',
  'mail.deletion_planned.title': 'アカウントは削除されます',
  'mail.deletion_planned.what': '{brand}アカウントとその中の個人情報は、{due}にすべて削除されます。',
  'mail.deletion_planned.undo':
    'お心当たりがないか、気が変わったら、その前にサインインしてください。アカウントは残ります。',
  'mail.deletion_planned.action': 'サインインして残す',
  'mail.deletion_planned.from': 'ネットワーク{network}から求められました。',

  'mail.deletion_cancelled.subject': '{brand}アカウントは残ります',
  'mail.deletion_cancelled.title': 'アカウントは残ります',
  'mail.deletion_cancelled.what': '再びサインインされたため、{brand}アカウントは削除されません。',
  'mail.deletion_cancelled.do':
    'お心当たりがなければ、他の人があなたとしてサインインできます。パスワードを変更してください。',

  'mail.deletion_done.subject': '{brand}アカウントを削除しました',
  'mail.deletion_done.title': 'アカウントを削除しました',
  'mail.deletion_done.what': 'あなたの{brand}アカウントと、その中の個人的な内容はすべてなくなりました。',
  'mail.deletion_done.action': '{brand}に移動',
  'mail.deletion_done.log': 'セキュリティ記録には、お名前のない番号で出来事が残ります。',

  'login.forgot': 'パスワードをお忘れですか？',
  'login.register': 'アカウントを作成',

  'entry.to_login': 'サインインに戻る',
  'email.sent.another': '別のアドレスを使う',
  'entry.elsewhere.title': '始めた画面でこのコードを入力してください',
  'entry.elsewhere.text':
    '始めたときとは別のブラウザーでリンクが開かれました。元の画面に戻って、次のコードを入力してください:',
  'entry.elsewhere.hint':
    '{valid}有効です。誰にも教えないでください。{brand}が電話やメールでたずねることはありません。',

  'recovery.text': 'メールアドレスを入力してください。リンクとコードをお送りします。',
  'recovery.slow_down.title': '続けて何通もメールが送られました',
  'recovery.slow_down.text': '{wait}待ってから、もう一度お試しください。送信済みのメールはまだ使えます。',
  'recovery.sent':
    '{address}のアカウントがあれば、リンクと6桁のコードを送りました。どちらも{valid}有効です。',
  'recovery.link.text': 'このブラウザーから求められました。新しいパスワードを決めるまで、何も変わりません。',
  'recovery.started.text':
    'アカウント{email}の管理担当から、新しいパスワードを決めるためのリンクが送られました。',
  'recovery.password.title': '新しいパスワードを決めてください',
  'recovery.password.ends': 'アプリも含めて、すべての場所からサインアウトします。',

  'new_device.title': 'お心当たりがありませんか？',
  'new_device.text':
    '{when}に、新しいデバイスからアカウントへのサインインがありました。今すぐそのデバイスをサインアウトしてください:',
  'new_device.submit': 'そのデバイスをサインアウト',
  'new_device.mine': 'お心当たりがあれば、このページを閉じてください。まだ何も起きていません。',
  'new_device.ended.title': 'そのデバイスをサインアウトしました',
  'new_device.ended.text':
    '使った人は、あなたとしてサインインできました。今すぐ新しいパスワードを決めてください。',
  'new_device.ended.recover': '新しいパスワードを決める',
  'new_credential.text':
    '{when}に「{way}」がアカウントに追加されました。今すぐ削除して、すべてのブラウザーとアプリをサインアウトします:',
  'new_credential.submit': '削除して、すべての場所からサインアウト',
  'new_credential.removed.title': '削除しました',
  'new_credential.removed.text':
    'すべてのブラウザーとアプリがサインアウトしました。追加した人はあなたとしてサインインできました。今すぐ新しいパスワードを決めてください。',
  'added_lately.title': 'すべてご自身が追加したものですか?',
  'added_lately.text':
    'これらのサインイン方法は、過去30日間に追加されました。ご自身のものでないものは削除してください。',
  'added_lately.go_on': 'すべて自分のものです。続ける',

  'mail.entry.when': '日時: {when}、デバイス: {device}、ネットワーク: {network}。{valid}有効です。',

  'mail.recovery.subject': '{code} は{brand}の新しいパスワード用コードです',
  'mail.recovery.preheader': '{code} は{valid}有効です。',
  'mail.recovery.title': '新しいパスワードを決めてください',
  'mail.recovery.code': '求めた画面にこのコードを入力するか、同じブラウザーでボタンを押してください。',
  'mail.recovery.action': '{host}で続ける',
  'mail.recovery.safe': 'お心当たりがなければ、このメールを削除してください。パスワードは変わりません。',

  'mail.second_factors_removed.subject': '{brand}アカウントの2段階目が削除されました',
  'mail.second_factors_removed.title': '2段階目が削除されました',
  'mail.second_factors_removed.what':
    '{brand}の管理担当が、アカウントの2段階目を削除しました: {ways}。今後は2段階目なしでサインインします。2段階目を省いていたデバイスの記録もすべて消えました。',
  'mail.second_factors_removed.do':
    'ご自身で依頼した場合は、サインインして新しい2段階目を設定してください。お心当たりがなければ、パスワードを変更し、管理担当にお問い合わせください。',
  'mail.second_factors_removed.when': '日時: {when}。',
  'mail.recovery_started.subject': '{brand}の新しいパスワードを決めてください',
  'mail.recovery_started.title': '新しいパスワードを決めてください',
  'mail.recovery_started.what':
    '{brand}の管理担当がアカウントの復旧を始めました。このリンクで新しいパスワードを決めます。他の人には見えません。',
  'mail.recovery_started.action': 'アカウントを復旧',
  'mail.recovery_started.safe':
    'お心当たりがなければ、このメールを削除し、管理担当にお問い合わせください。リンクは誰にも渡さないでください。アカウントが開きます。',

  'mail.recovered.subject': '{brand}アカウントが復旧されました',
  'mail.recovered.title': 'アカウントが復旧されました',
  'mail.recovered.what': 'あなたのメールを読める人が、{brand}アカウントの新しいパスワードを決めました。',
  'mail.recovered.ended': 'すべてのデバイスとアプリがサインアウトしました。',
  'mail.recovered.do':
    'お心当たりがあれば問題ありません。なければ、まずメールボックスを守り、その後で別のパスワードにしてください。',
  'mail.recovered.when': '日時: {when}、デバイス: {device}、ネットワーク: {network}。',

  'mail.new_device.subject': '{brand}アカウントへの新しいサインイン: {device}',
  'mail.new_device.title': '新しいデバイスからのサインイン',
  'mail.new_device.what': 'これまで使われていない{device}から、{brand}アカウントへのサインインがありました。',
  'mail.new_device.do':
    'お心当たりがあれば、何もする必要はありません。なければ、そのデバイスをサインアウトしてください:',
  'mail.new_device.action': '心当たりがない',

  'registration.title': 'アカウントを作成',
  'registration.text':
    'メールアドレスを入力してください。ご本人のものと確かめるため、リンクとコードをお送りします。',
  'registration.invited': '招待されています。招待先のアドレス:',
  'registration.have_one': 'アカウントを持っています',
  'registration.domain':
    'ここで使えるのは一部のドメインのアドレスだけです。学校や職場のアドレスをお使いください。',
  'registration.sent': '{address}にメールを送りました。続けるために必要なものが入っており、{valid}有効です。',
  'registration.link.title': '新しいアカウントの作成に進みますか？',
  'registration.link.text':
    'このブラウザーから求められました。次のページに入力すると、アカウントが作成されます。',
  'registration.details.title': '新しいアカウント',
  'registration.details.name': 'お名前',
  'registration.details.submit': 'アカウントを作成',
  'registration.details.passkey': 'パスワードの代わりにパスキーを使う',
  'registration.details.by_mail': 'パスワードなしで、メールでサインインする',
  'registration.details.by_mail_text':
    'メールのリンクまたはコードでサインインします。パスキーやパスワードは後から追加できます。',

  'mail.confirm_address.subject': '{code} は{brand}のメールアドレス確認コードです',
  'mail.confirm_address.code': '求めた画面にこのコードを入力してください。',
  'mail.confirm_address.safe':
    'お心当たりがなければ、このメールを削除してください。コードがなければ何も起こりません。',
  'mail.registration.subject': '{code} は新しい{brand}アカウント用のコードです',
  'mail.registration.preheader': '{code} は{valid}有効です。',
  'mail.registration.title': 'あなたのアドレスですか？',
  'mail.registration.code': '求めた画面にこのコードを入力するか、同じブラウザーでボタンを押してください。',
  'mail.registration.action': '{host}で続ける',
  'mail.registration.safe':
    'お心当たりがなければ、このメールを削除してください。コードがなければアカウントは作られません。',

  'mail.identity_code.subject': '{code} は{brand}用のコードです',
  'mail.identity_code.code': '{provider}でサインインした画面に、このコードを入力してください。',
  'mail.identity_code.safe':
    'お心当たりがなければ、このメールを削除してください。コードがなければ何も起こりません。',
  'mail.registration_known.subject': '{brand}アカウントをすでにお持ちです',
  'mail.registration_known.title': 'アカウントをすでにお持ちです',
  'mail.registration_known.what':
    'このアドレスで{brand}アカウントの作成が試みられました。すでにあるため、作られていません。',
  'mail.registration_known.do':
    'お心当たりがあれば、サインインしてください。パスワードを忘れた場合は、そこで新しく決められます。',
  'mail.registration_known.action': 'サインイン',

  'mail.invitation.subject': '{brand}への招待',
  'mail.invitation.title': '招待されています',
  'mail.invitation.what': 'このメールが届いたアドレスで、{brand}のアカウントを作成できます。',
  'mail.invitation.action': 'アカウントを作成',
  'mail.invitation.safe': 'お心当たりがなければ、このメールを削除してください。何も起きません。',
};
