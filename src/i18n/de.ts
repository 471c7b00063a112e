import type { Messages } from './messages.ts';

export const messages: Messages = {
  'page.title': '{title} – {brand}',
  'page.title_error': 'Fehler: {title} – {brand}',

  'layout.you_are_on': 'Sie sind auf {host}',
  'layout.seal': 'Das Muster ist aus dieser Adresse gezeichnet.',
  'layout.where': 'Wo Sie sind',
  'layout.this_machine': 'dieser Computer',
  'layout.help': 'Hilfe',
  'layout.privacy': 'Datenschutz',
  'layout.language': 'Sprache',
  'layout.menu': 'Menü',
  'layout.check_field': 'Sehen Sie sich dieses Feld noch einmal an.',
  'layout.check_form.title': 'Prüfen Sie Ihre Angaben',
  'layout.not_yet.title': 'Das hat noch nicht geklappt',
  'layout.sign_out': 'Abmelden',

  'login.title': 'Anmelden',
  'login.route': 'weiter zu {app} {host}',
  'login.route_account': 'um Ihr Konto zu öffnen',
  'login.identifier': 'E-Mail',
  'login.username': 'Benutzername',
  'login.username_or_email': 'Benutzername oder E-Mail',
  'login.not_you': 'Nicht Sie?',
  'login.remember': 'Angemeldet bleiben',
  'login.submit': 'Anmelden',
  'login.others': 'Andere Wege, sich anzumelden',
  'login.last_used': 'Hier zuletzt genutzt',
  'login.cancel': 'Abbrechen und zurück zu {app}',
  'login.refused.title': 'Die Anmeldung hat nicht geklappt',
  'login.refused.wrong': 'E-Mail und Passwort passen nicht zusammen.',
  'login.refused.wrong_name': 'Name und Passwort passen nicht zusammen.',
  'login.refused.check': 'Sehen Sie sich beide an und versuchen Sie es noch einmal.',
  'login.refused.check_or_other': 'Sehen Sie sich beide an, oder wählen Sie unten einen anderen Weg.',
  'login.refused.slow_down':
    'Das waren einige Versuche in kurzer Zeit. Warten Sie {wait} und versuchen Sie es dann noch einmal.',
  'login.refused.slow_down_or_other':
    'Das waren einige Versuche in kurzer Zeit. Warten Sie {wait}, oder wählen Sie unten einen anderen Weg.',
  'login.refused.busy': 'Gerade melden sich viele Menschen an. Versuchen Sie es in einem Moment noch einmal.',
  'login.check_password': 'Sehen Sie sich das Passwort noch einmal an.',

  'login.refused.expired':
    'Diese Seite war zu lange offen, oder ihre Antwort wurde schon verwendet. Hier ist eine neue.',
  'ways.count': {
    by: 'count',
    one: 'noch {count}',
    other: 'noch {count}',
  },
  'second_factor.remember_device': {
    by: 'days',
    one: 'Auf diesem Gerät {days} Tag lang nicht mehr fragen',
    other: 'Auf diesem Gerät {days} Tage lang nicht mehr fragen',
  },
  'enrol.title': 'Fügen Sie einen zweiten Nachweis hinzu',
  'enrol.text': '{app} verlangt mehr als einen. Wählen Sie, was Ihnen liegt; es dauert eine Minute.',
  'enrol.later': {
    by: 'left',
    one: 'Später (zum letzten Mal)',
    other: 'Später (noch {left} Mal)',
  },
  'mail.way_changed.subject_enrolled': '{way} wurde Ihrem {brand}-Konto hinzugefügt',
  'mail.way_changed.subject_removed': '{way} wurde von Ihrem {brand}-Konto entfernt',
  'mail.way_changed.title_enrolled': 'Ein Anmeldeweg wurde hinzugefügt',
  'mail.way_changed.title_removed': 'Ein Anmeldeweg wurde entfernt',
  'mail.way_changed.what_enrolled': 'Ihr {brand}-Konto hat einen neuen Anmeldeweg: {way}.',
  'mail.way_changed.what_removed': 'Ihr {brand}-Konto hat einen Anmeldeweg verloren: {way}.',
  'mail.way_changed.when': 'Das geschah am {when}, aus dem Netz {network}.',
  'mail.way_changed.do':
    'Waren Sie das? Dann ist alles gut. Wenn nicht, ändern Sie Ihr Passwort und prüfen Sie Ihre Anmeldewege.',
  'mail.way_changed.action': 'Mein Konto ansehen',
  'mail.new_credential.do':
    'Waren Sie das? Dann ist alles gut. Wenn nicht, entfernen Sie es innerhalb von 30 Tagen; das meldet auch alle Browser und Apps ab.',
  'mail.new_credential.action': 'Das war ich nicht',
  'mail.second_factor_failed.subject': 'Jemand kannte Ihr {brand}-Passwort, aber nicht den Rest',
  'mail.second_factor_failed.title': 'Eine Anmeldung blieb auf halbem Weg stehen',
  'mail.second_factor_failed.what':
    'Jemand hat für Ihr {brand}-Konto die erste Frage richtig beantwortet, um sich bei {app} anzumelden. Die zweite Antwort war falsch; niemand ist hineingekommen.',
  'mail.second_factor_failed.when': 'Das geschah am {when}, mit {device}, aus dem Netz {network}.',
  'mail.second_factor_failed.do':
    'Waren Sie das? Dann versuchen Sie es einfach noch einmal. Wenn nicht, ändern Sie jetzt Ihr Passwort: Jemand anderes kennt es.',
  'mail.second_factor_failed.action': 'Mein Konto ansehen',

  'passkey.title': 'Passkey verwenden',
  'passkey.text':
    'Ihr Gerät fragt nach Fingerabdruck, Gesicht oder Bildschirmsperre, oder nach Ihrem Sicherheitsschlüssel.',
  'passkey.submit': 'Passkey verwenden',
  'passkey.none':
    'Es wurde kein Passkey verwendet. Versuchen Sie es noch einmal, oder melden Sie sich anders an.',
  'passkey.wrong': 'Dieser Passkey gilt hier nicht. Versuchen Sie einen anderen, oder einen anderen Weg.',
  'passkey.script': 'Passkeys brauchen JavaScript. Schalten Sie es ein, oder nehmen Sie einen anderen Weg.',
  'passkey.add.title': 'Passkey speichern',
  'passkey.add.submit': 'Passkey speichern',
  'passkey.offer.title': 'Nächstes Mal ohne Passwort?',
  'passkey.offer.text':
    'Speichern Sie einen Passkey auf diesem Gerät und melden Sie sich mit Fingerabdruck, Gesicht oder Bildschirmsperre an. Er lässt sich nicht abfangen oder wiederverwenden.',
  'passkey.offer.here_title': 'Nächstes Mal ohne das andere Gerät?',
  'passkey.offer.here_text':
    'Sie haben sich mit dem Passkey eines anderen Geräts angemeldet. Speichern Sie auch auf diesem Gerät einen und melden Sie sich mit Fingerabdruck, Gesicht oder Bildschirmsperre an.',
  'passkey.offer.note': 'Wer dieses Gerät entsperren kann, kann sich dann als Sie anmelden.',
  'passkey.offer.submit': 'Passkey speichern',
  'passkey.offer.later': 'Jetzt nicht',
  'passkey.offer.never': 'Nicht mehr fragen',
  'more_ways.title': 'Nächstes Mal schneller?',
  'more_ways.text':
    'Mit einem Passkey oder Passwort müssen Sie nicht auf eine Nachricht warten. Die Anmeldung per E-Mail geht weiterhin.',
  'more_ways.password': 'Ein Passwort wählen',
  'more_ways.keep': 'Bei E-Mail bleiben',
  'more_ways.back': 'Zurück zur Auswahl',
  'passkey.none_saved':
    'Es wurde kein Passkey gespeichert. Versuchen Sie es noch einmal, oder gehen Sie ohne weiter.',
  'passkey.not_saved': 'Der Passkey wurde nicht gespeichert. Versuchen Sie es noch einmal.',
  'passkey.expired': 'Das hat zu lange gedauert. Versuchen Sie es noch einmal.',
  'passkey.saved_already': 'Auf diesem Gerät ist schon ein Passkey von Ihnen.',
  'passkey.kind_refused':
    'Passkeys dieser Art gelten hier nicht. Speichern Sie einen auf einem anderen Gerät.',
  'passkey.synced': 'auch auf Ihren anderen Geräten',
  'passkey.not_synced': 'nur auf diesem einen Gerät',
  'passkey.second_only': 'nur als zweiter Schritt',
  'passkey.too_many': 'Sie haben {maximum} Passkeys, mehr passen nicht. Entfernen Sie zuerst einen.',

  'method.password.name': 'Passwort',
  'method.passkey.name': 'Passkey',
  'method.email.name': 'Anmeldelink per E-Mail',
  'method.email.noun': 'Link und Code per E-Mail',

  'password.label': 'Passwort',
  'password.new': 'Passwort wählen',
  'password.again': 'Dasselbe Passwort noch einmal',
  'password.show': 'Zeigen',
  'password.hide': 'Verbergen',
  'password.hint': {
    by: 'minimum',
    one: 'Mindestens {minimum} Zeichen. Gut sind mehrere Wörter mit Leerzeichen.',
    other: 'Mindestens {minimum} Zeichen. Gut sind mehrere Wörter mit Leerzeichen.',
  },
  'password.too_short': {
    by: 'minimum',
    one: 'Nehmen Sie mindestens {minimum} Zeichen. Gut sind mehrere Wörter mit Leerzeichen.',
    other: 'Nehmen Sie mindestens {minimum} Zeichen. Gut sind mehrere Wörter mit Leerzeichen.',
  },
  'password.too_long': 'Das ist länger, als wir aufbewahren können. Wählen Sie ein kürzeres.',
  'password.characters':
    'Ein Zeichen darin lässt sich nicht überall gleich eingeben. Nehmen Sie Buchstaben, Ziffern und Satzzeichen.',
  'password.breached':
    'Viele Menschen nutzen dieses Passwort, daher wird es zuerst ausprobiert. Wählen Sie ein anderes.',
  'password.personal':
    'Das ist vor allem Ihr Name, Ihre E-Mail-Adresse oder unser Name. Das würden andere zuerst ausprobieren.',
  'password.differs': 'Die beiden Passwörter sind verschieden. Geben Sie zweimal dasselbe ein.',
  'password.missing': 'Geben Sie ein Passwort ein.',

  'layout.copied': 'Kopiert',
  'ways.signing_in_as': 'Anmeldung als {email}',
  'ways.cancel': 'Abbrechen',
  'method.totp.name': 'Authenticator-App',
  'method.upstream.name': 'Anderer Anbieter',
  'method.backup-codes.name': 'Ersatzcodes',

  'totp.title': 'Noch ein Schritt',
  'totp.code': 'Code aus Ihrer Authenticator-App',
  'layout.continue': 'Weiter',
  'totp.others': 'Die App nicht zur Hand?',
  'totp.wrong': 'Dieser Code passt nicht. Nehmen Sie den, den die App jetzt zeigt.',
  'totp.reused': 'Dieser Code wurde schon benutzt. Warten Sie auf den nächsten in der App.',
  'totp.too_many': {
    by: 'maximum',
    one: 'Sie haben {maximum} Authenticator-App, mehr geht nicht. Entfernen Sie sie zuerst.',
    other: 'Sie haben {maximum} Authenticator-Apps, mehr geht nicht. Entfernen Sie zuerst eine.',
  },
  'totp.added': 'Diese App ist schon verbunden.',
  'totp.add.title': 'Authenticator-App verbinden',
  'totp.add.text':
    'Scannen Sie das Bild mit der Authenticator-App auf Ihrem Telefon. Die App zeigt dann einen Code, der ständig wechselt.',
  'totp.add.picture': 'QR-Code für Ihre Authenticator-App',
  'totp.add.same_device': 'Die App ist auf diesem Gerät? Dort öffnen',
  'totp.add.by_hand': 'Scannen geht nicht? Geben Sie diesen Schlüssel in die App ein:',
  'totp.add.copy': 'Schlüssel kopieren',
  'totp.add.code': 'Code, den die App jetzt zeigt',
  'totp.add.name': 'Name',
  'totp.add.name_hint': 'Daran erkennen Sie die App in Ihrem Konto wieder.',
  'totp.add.proposal': 'Authenticator-App',
  'totp.add.proposal_more': 'Authenticator-App {number}',
  'totp.add.submit': 'Verbinden',

  'backup_codes.title': 'Ersatzcode benutzen',
  'backup_codes.code': 'Ersatzcode',
  'backup_codes.hint': 'Acht Buchstaben und Ziffern aus Ihrer Liste. Jeder Code gilt einmal.',
  'backup_codes.wrong': 'Dieser Code steht nicht auf Ihrer Liste. Prüfen Sie ihn Zeichen für Zeichen.',
  'backup_codes.reused': 'Dieser Code wurde schon benutzt. Nehmen Sie den nächsten auf Ihrer Liste.',
  'backup_codes.not_saved': 'Setzen Sie den Haken, sobald die Codes sicher verwahrt sind.',
  'backup_codes.added': 'Diese Codes sind schon gespeichert.',
  'backup_codes.add.title': 'Ersatzcodes aufbewahren',
  'backup_codes.add.text':
    'Wenn Ihr Telefon weg ist, öffnet jeder Code Ihr Konto einmal. Wir können sie nicht noch einmal zeigen.',
  'backup_codes.add.replaces': 'Sobald Sie fertig sind, gelten Ihre früheren Codes nicht mehr.',
  'backup_codes.add.download': 'Speichern',
  'backup_codes.add.copy': 'Kopieren',
  'backup_codes.add.print': 'Drucken',
  'backup_codes.add.saved': 'Ich habe diese Codes sicher verwahrt',
  'backup_codes.add.submit': 'Fertig',

  'mail.passkey_doubted.subject': 'Bitte prüfen Sie einen Passkey Ihres Kontos bei {brand}',
  'mail.passkey_doubted.title': 'Vielleicht gibt es eine Kopie Ihres Passkeys',
  'mail.passkey_doubted.what':
    'Jemand hat sich mit dem Passkey {name} bei Ihrem Konto bei {brand} angemeldet. Sein Zähler ist nicht so weitergelaufen, wie er sollte. Das kommt vor, wenn ein Sicherheitsschlüssel zurückgesetzt wurde, oder wenn jemand eine Kopie davon hat.',
  'mail.passkey_doubted.do':
    'Waren Sie das? Dann ist alles gut: Bei Ihrer nächsten Änderung fragen wir Sie einmal zusätzlich nach einem anderen Weg, sich anzumelden. Wenn nicht, entfernen Sie diesen Passkey jetzt.',
  'mail.passkey_doubted.action': 'Meine Passkeys ansehen',
  'mail.passkey_doubted.when': 'Das geschah am {when}, mit {device}, aus dem Netz {network}.',
  'mail.backup_code_used.subject': 'Ein Ersatzcode hat Ihr Konto bei {brand} geöffnet',
  'mail.backup_code_used.title': 'Ein Ersatzcode wurde benutzt',
  'mail.backup_code_used.what':
    'Jemand hat sich mit einem Ihrer Ersatzcodes bei Ihrem Konto bei {brand} angemeldet.',
  'mail.backup_code_used.left': {
    by: 'left',
    one: 'Es bleibt {left} Code. Machen Sie bald neue.',
    other: 'Es bleiben {left} Codes.',
  },
  'mail.backup_code_used.none_left': 'Das war der letzte. Machen Sie jetzt neue.',
  'mail.backup_code_used.do':
    'Waren Sie das? Dann ist alles gut. Wenn nicht, hat jemand Ihre Codes: Machen Sie neue und ändern Sie Ihr Passwort.',
  'mail.backup_code_used.action': 'Neue Codes machen',
  'mail.backup_code_used.when': 'Das geschah am {when}, aus dem Netz {network}.',

  'other_person.title': 'Ein anderes Konto wird verlangt',
  'other_person.text': '{app} verlangt ein anderes Konto als {email}. Sie wurden nicht angemeldet.',
  'other_person.again': 'Mit einem anderen Konto anmelden',
  'may_use.title': 'Sie dürfen das nicht verwenden',
  'may_use.app': '{app} ist für {email} nicht freigegeben.',
  'may_use.scopes': '{app} verlangt Zugriff, den {email} nicht hat.',
  'may_use.contact': 'Wenn Sie Zugang brauchen, fragen Sie {contact}.',
  'may_use.nobody': 'Wenn Sie Zugang brauchen, fragen Sie, wer {app} betreibt.',
  'required.new_tab': '(öffnet in einem neuen Tab)',
  'required.missing': 'Füllen Sie dies aus.',
  'required.profile.title': 'Vervollständigen Sie Ihr Profil',
  'required.profile.text': 'Das wird gebraucht, bevor es weitergeht.',
  'required.email.title': 'Bestätigen Sie Ihre E-Mail-Adresse',
  'required.email.text':
    'Wir schicken einen 6-stelligen Code an {email}. Geben Sie ihn hier ein, um zu zeigen, dass die Adresse Ihnen gehört.',
  'required.email.submit': 'Code schicken',
  'required.email.sent': 'Wir haben einen Code an {email} geschickt.',
  'required.email.change': 'Falsche Adresse? Ändern Sie sie in Ihrem Konto',
  'required.email.too_many':
    'Es wurden zu viele E-Mails angefordert. Warten Sie eine Weile und versuchen Sie es dann noch einmal.',
  'required.email.unavailable':
    'Wir können gerade keine E-Mails verschicken, deshalb geht es nicht weiter. Fragen Sie, wer diese Seite betreibt.',
  'required.password.title': 'Wählen Sie ein neues Passwort',
  'required.password.text':
    'Ihr Passwort muss geändert werden, bevor es weitergeht. Das alte können Sie nicht wieder verwenden.',
  'required.password.same': 'Das ist Ihr altes Passwort. Wählen Sie ein anderes.',
  'terms.title': 'Bitte lesen und zustimmen',
  'terms.text': 'Um fortzufahren, müssen Sie dem zustimmen.',
  'terms.text_new':
    'Das hat sich geändert, seit Sie zugestimmt haben. Um fortzufahren, müssen Sie der neuen Fassung zustimmen.',
  'terms.accept': 'Zustimmen',
  'terms.decline': 'Nicht zustimmen',
  'terms.changed': 'Es gibt eine neuere Fassung. Lesen Sie sie, bevor Sie zustimmen.',
  'select_account.title': 'Konto auswählen',
  'select_account.stay': 'Weiter als {name}',
  'select_account.another': 'Ein anderes Konto verwenden',
  'identity.note': 'Melden Sie sich einmal als {email} an. Danach ist {provider} mit diesem Konto verbunden.',
  'identity.connect.title': '{provider} verbinden',
  'identity.connect.exists':
    'Hier gibt es ein Konto mit der Adresse {address}. Melden Sie sich einmal wie gewohnt an. Danach ist {provider} damit verbunden.',
  'identity.connect.proved': 'Sie haben sich als {email} angemeldet. {provider} mit diesem Konto verbinden?',
  'identity.connect.means.ways': 'Ab jetzt meldet Sie auch {provider} hier an.',
  'identity.connect.means.stay': 'Ihre anderen Wege zur Anmeldung bleiben, auch Ihr zweiter Schritt.',
  'identity.connect.means.learns':
    '{provider} erhält nie Ihr Passwort. Es erfährt, wann Sie sich damit hier anmelden.',
  'identity.connect.means.undo': 'Sie können die Verbindung in Ihrem Konto wieder lösen.',
  'identity.connect.submit': '{provider} verbinden',
  'identity.connect.skip': 'Jetzt nicht',
  'identity.code.text':
    'Wir haben eine E-Mail an {address} geschickt. Geben Sie den Code daraus hier ein. Er gilt {valid}.',
  'identity.code.why': '{provider} bürgt nicht für diese Adresse, deshalb prüfen wir sie selbst.',
  'identity.create.title': 'Ihr Konto anlegen',
  'identity.create.text':
    'Das hat uns {provider} über Sie gesagt. Prüfen Sie, was in Ihrem Konto hier stehen soll.',
  'identity.create.language': 'Sprache: {language}',
  'identity.create.picture': 'Das Bild von {host} übernehmen',
  'identity.create.later':
    'Ab jetzt meldet Sie {provider} hier an. Ein Passwort oder einen Passkey können Sie später in Ihrem Konto hinzufügen.',
  'upstream.failed.cancelled':
    'Sie haben bei {provider} abgebrochen. Versuchen Sie es noch einmal oder nehmen Sie einen anderen Weg.',
  'upstream.failed.refused':
    '{provider} hat Sie nicht hereingelassen. Versuchen Sie es noch einmal oder nehmen Sie einen anderen Weg.',
  'upstream.failed.unreachable':
    '{provider} antwortet gerade nicht. Nehmen Sie einen anderen Weg oder versuchen Sie es später.',
  'upstream.failed.invalid':
    'Die Antwort von {provider} ließ sich nicht prüfen. Versuchen Sie es noch einmal oder nehmen Sie einen anderen Weg.',
  'upstream.failed.no_email':
    '{provider} hat uns keine E-Mail-Adresse gegeben. Tragen Sie dort eine ein oder nehmen Sie einen anderen Weg.',
  'upstream.failed.not_allowed':
    'Mit diesem Konto bei {provider} wird hier niemand eingelassen. Nehmen Sie ein anderes oder einen anderen Weg.',
  'upstream.failed.stale':
    '{provider} hat Sie nicht neu gefragt. Versuchen Sie es noch einmal oder nehmen Sie einen anderen Weg.',
  'upstream.failed.gone': 'Dieser Weg zur Anmeldung wird nicht mehr angeboten. Nehmen Sie einen anderen.',
  'connect.failed': 'Es wurde nicht verbunden',
  'connect.text': 'Sie gehen jetzt zu {provider}, melden sich dort an und kommen hierher zurück.',
  'connect.taken':
    'Dieses Konto bei {provider} ist hier schon mit einem Konto verbunden. Melden Sie sich dort mit einem anderen an.',
  'unknown_identity.title': 'Kein Konto ist verbunden',
  'unknown_identity.text':
    '{provider} hat bestätigt, wer Sie sind, aber hier ist kein Konto damit verbunden. Sie wurden nicht angemeldet.',
  'unknown_identity.other': 'Auf einem anderen Weg anmelden',
  'away.wrong':
    'Es wurde nicht bestätigt, wer Sie sind. Versuchen Sie es noch einmal oder nehmen Sie einen anderen Weg.',

  'consent.title': 'Darf {app} Ihr {brand}-Konto nutzen?',
  'consent.who': 'angemeldet als {email}',
  'consent.switch': 'Wechseln',
  'consent.at': 'Bei {name}',
  'consent.allow': 'Erlauben',
  'consent.deny': 'Abbrechen',
  'consent.go': 'Danach geht es zu {host}.',
  'consent.read_both': 'Lesen Sie {terms} und {policy} der App.',
  'consent.read_one': 'Lesen Sie {document} der App.',
  'consent.terms': 'die Bedingungen',
  'consent.policy': 'die Datenschutzerklärung',
  'consent.undo': 'Sie können das jederzeit unter {link} rückgängig machen.',

  'scope.openid': 'Wissen, wer Sie sind',
  'scope.openid_hint': 'Eine Nummer, die für Ihr Konto steht, damit die App Sie beim nächsten Mal erkennt',
  'scope.profile': 'Ihren Namen und Ihr Profil sehen',
  'scope.email': 'Ihre E-Mail-Adresse sehen',
  'scope.address': 'Ihre Postanschrift sehen',
  'scope.phone': 'Ihre Telefonnummer sehen',
  'scope.roles': 'Ihre Rollen sehen',
  'scope.groups': 'Ihre Gruppen sehen',
  'scope.claim': '„{claim}“ aus Ihrem Profil sehen',
  'scope.offline_access': 'Verbunden bleiben, auch wenn Sie nicht da sind',

  'first_administrator.title': 'Das erste Konto anlegen',
  'first_administrator.text':
    'Hier hat noch niemand ein Konto. Ihres gehört zur Verwaltung. Personen und Apps verwalten Sie mit Befehlen auf dem Server.',

  'welcome.title': 'Gatehouse läuft',
  'welcome.text':
    'Hier hat noch niemand ein Konto. Der Link für das erste wurde dort ausgegeben, wo der Server gestartet wurde.',
  'welcome.again': 'Er gilt einmal und eine Stunde lang. Dieser Befehl auf dem Server gibt einen neuen aus:',

  'set_password.title': 'Wählen Sie Ihr Passwort',
  'set_password.text': 'Damit und mit Ihrer E-Mail-Adresse melden Sie sich künftig an.',
  'password.save': 'Passwort speichern',

  'users.email_taken': 'Zu dieser Adresse gibt es schon ein Konto. Nehmen Sie eine andere.',
  'users.username_taken': 'Dieser Benutzername ist nicht frei. Wählen Sie einen anderen.',
  'users.username_malformed':
    'Ein Benutzername besteht aus Buchstaben einer einzigen Schrift und Ziffern; dazwischen darf ein Punkt, Bindestrich oder Unterstrich stehen.',
  'users.email_malformed': 'Eine E-Mail-Adresse hat ein @ und einen Punkt: ana@example.com.',
  'users.name_missing': 'Geben Sie Ihren Namen ein.',

  'go_on.to': 'Weiter zu {app}',
  'go_on.text': 'Das geschieht von selbst. Falls nicht, drücken Sie den Knopf.',
  'go_on.other_person':
    'In diesem Browser war jemand anderes angemeldet. Diese Person wird zuerst abgemeldet.',

  'sign_out.title': 'Abmelden?',
  'sign_out.text': 'Sie sind als {email} angemeldet.',
  'sign_out.asked': '{app} möchte Sie in diesem Browser von {brand} abmelden.',
  'sign_out.plain': 'Das meldet Sie in diesem Browser von {brand} ab.',
  'sign_out.yes': 'Abmelden',
  'sign_out.no': 'Angemeldet bleiben',
  'sign_out.wrong_address':
    'Die Adresse, zu der diese App Sie danach schicken möchte, ist hier nicht eingetragen. Sie bleiben deshalb hier.',
  'sign_out.wrong_hint': 'Was diese App über Ihre Anmeldung angibt, ist nicht gültig.',
  'sign_out.wrong_app': 'Die App, die Sie hierher geschickt hat, gibt es nicht mehr.',

  'signed_out.title': 'Sie sind abgemeldet',
  'signed_out.text':
    'Sie sind in diesem Browser von {brand} abgemeldet. In Apps sind Sie vielleicht noch angemeldet: Melden Sie sich auch dort ab.',
  'signed_out.app': 'Sie können diese Seite schließen oder zu {app} zurückgehen und sich neu anmelden.',
  'signed_out.account': 'Bei Ihrem Konto anmelden',
  'signed_out.still_title': 'Sie sind noch angemeldet',
  'signed_out.still': 'Sie bleiben in diesem Browser bei {brand} angemeldet.',
  'signed_out.still_app':
    'Der Zugriff von {app} ist beendet. Bei {brand} bleiben Sie in diesem Browser angemeldet.',

  'account.nav': 'Ihr Konto',
  'account.overview': 'Überblick',
  'account.sessions': 'Sitzungen',
  'account.applications': 'Verbundene Apps',

  'overview.title': 'Ihr Konto',
  'overview.who': 'Wer Sie sind',
  'overview.name': 'Name',
  'overview.email': 'E-Mail',
  'overview.verified': 'Bestätigt',
  'overview.unverified': 'Noch nicht bestätigt',
  'overview.role': 'Rolle',
  'overview.administrator': 'Verwaltung',
  'overview.administrator_hint': 'Personen und Apps verwalten Sie mit Befehlen auf dem Server:',
  'overview.access': 'Was Zugang hat',
  'overview.sessions': {
    by: 'count',
    one: 'Ein Browser ist angemeldet.',
    other: '{count} Browser sind angemeldet.',
  },
  'overview.sessions_none': 'Kein Browser ist angemeldet.',
  'overview.applications': {
    by: 'count',
    one: 'Eine App ist verbunden.',
    other: '{count} Apps sind verbunden.',
  },
  'overview.applications_none': 'Keine App ist verbunden.',
  'overview.see_sessions': 'Sitzungen ansehen',
  'overview.see_applications': 'Apps ansehen',

  'sessions.title': 'Wo Sie angemeldet sind',
  'sessions.text':
    'Wenn Sie eine Sitzung beenden, ist der Browser sofort abgemeldet. Nicht Ihre? Beenden Sie sie und ändern Sie dann Ihr Passwort.',
  'sessions.this_device': 'Dieses Gerät',
  'sessions.seen': 'Zuletzt gesehen {seen}',
  'sessions.since': 'Seit {since}',
  'sessions.apps': 'Genutzt für {apps}',
  'sessions.end': 'Diese beenden',
  'sessions.end_others': 'Alle anderen Sitzungen beenden',
  'sessions.none': 'Sie sind sonst nirgends angemeldet.',
  'sessions.ended': 'Diese Sitzung ist beendet.',
  'sessions.others_ended': 'Alle anderen Sitzungen sind beendet.',

  'applications.title': 'Verbundene Apps',
  'applications.text':
    'Diese Apps dürfen Ihr Konto nutzen. Wenn Sie eine trennen, muss sie erst wieder fragen.',
  'applications.since': 'Seit {since}',
  'applications.used': 'Zuletzt genutzt {used}',
  'applications.withdraw': 'Trennen',
  'applications.none':
    'Keine App ist verbunden. Sobald Sie sich mit diesem Konto bei einer anmelden, steht sie hier.',
  'applications.withdrawn': '{app} ist getrennt und muss erst wieder fragen, um Ihr Konto zu nutzen.',

  'account.profile': 'Profil',
  'account.security': 'Sicherheit',
  'account.data': 'Ihre Daten',
  'account.again': 'Danke. Drücken Sie jetzt noch einmal auf die Schaltfläche.',

  'profile.title': 'Ihr Profil',
  'profile.text':
    'Apps, denen Sie Ihr Profil zeigen, bekommen, was hier steht. Lassen Sie leer, was niemand sehen soll.',
  'profile.group.name': 'Name',
  'profile.group.about': 'Über Sie',
  'profile.group.place': 'Sprache und Zeit',
  'profile.group.contact': 'Telefon und Anschrift',
  'profile.fixed': 'Außerdem in Ihrem Profil',
  'profile.fixed_text': 'Das können nur die Betreiber dieses Dienstes ändern. Wenden Sie sich an sie.',
  'profile.change_email': 'E-Mail ändern',
  'profile.confirm_email': 'E-Mail bestätigen',
  'profile.save': 'Speichern',
  'profile.saved': 'Ihr Profil ist gespeichert.',
  'profile.email_changed': 'Ihre E-Mail-Adresse ist bestätigt.',
  'profile.name': 'Voller Name',
  'profile.given_name': 'Vorname',
  'profile.middle_name': 'Zweiter Vorname',
  'profile.family_name': 'Nachname',
  'profile.nickname': 'Rufname',
  'profile.preferred_username': 'Name in Apps',
  'profile.gender': 'Geschlecht',
  'profile.birthdate': 'Geburtsdatum',
  'profile.locale': 'Sprache',
  'profile.zoneinfo': 'Zeitzone',
  'profile.website': 'Website',
  'profile.profile': 'Profilseite',
  'profile.picture': 'Bild',
  'profile.phone_number': 'Telefonnummer',
  'profile.street_address': 'Straße und Hausnummer',
  'profile.postal_code': 'Postleitzahl',
  'profile.locality': 'Ort',
  'profile.region': 'Bundesland oder Region',
  'profile.country': 'Land',
  'profile.language_of_browser': 'Wie Ihr Browser sie wünscht',
  'profile.zone_none': 'Keine Angabe',
  'profile.hint.url': 'Eine Adresse, die mit https:// beginnt',
  'profile.hint.date': 'Jahr, Monat, Tag: 1984-02-29. Oder nur das Jahr.',
  'profile.hint.phone': 'Mit Landesvorwahl: +41 44 268 12 34',
  'profile.hint.language': 'Für diese Seiten, unsere E-Mails und Apps, die danach fragen.',
  'profile.wrong.text': 'Das ist zu lang oder enthält ein Zeichen, das sich nicht zeigen lässt.',
  'profile.wrong.lines': 'Das ist zu lang oder enthält ein Zeichen, das sich nicht zeigen lässt.',
  'profile.wrong.url': 'Nehmen Sie eine Adresse, die mit https:// beginnt.',
  'profile.wrong.date': 'Schreiben Sie es als 1984-02-29 oder nur das Jahr.',
  'profile.wrong.phone': 'Beginnen Sie mit + und der Landesvorwahl: +41 44 268 12 34',
  'profile.wrong.language': 'Wählen Sie eine Sprache aus der Liste.',
  'profile.wrong.zone': 'Wählen Sie eine Zeitzone aus der Liste.',

  'account_password.title': 'Ihr Passwort ändern',
  'account_password.title_first': 'Ein Passwort wählen',
  'account_password.text': 'Andere Geräte, die den zweiten Schritt auslassen, fragen dann wieder danach.',
  'account_password.current': 'Jetziges Passwort',
  'account_password.prove': 'Auf anderem Weg',
  'account_password.wrong':
    'Das ist nicht Ihr jetziges Passwort. Prüfen Sie es oder nehmen Sie einen anderen Weg.',
  'account_password.end_others': 'Überall sonst abmelden, auch in Apps',
  'account_password.end_others_hint': 'Ohne das Häkchen bleibt angemeldet, wer anderswo angemeldet ist.',

  'account_email.title': 'Ihre E-Mail ändern',
  'account_email.title_confirm': 'Ihre E-Mail bestätigen',
  'account_email.text':
    'Ihre E-Mail ist jetzt {email}. Wir schicken einen Link an die Adresse unten; vorher ändert sich nichts.',
  'account_email.new': 'Neue E-Mail',
  'account_email.submit': 'Link schicken',
  'account_email.same': 'Das ist schon Ihre E-Mail. Geben Sie die neue ein.',
  'account_email.slow_down':
    'Das waren einige Links hintereinander. Warten Sie {wait} und versuchen Sie es dann noch einmal.',
  'account_email.pending': 'Ein Link an {email} wartet noch. Ein neuer ersetzt ihn.',

  'email_sent.text': 'Wir haben einen Link an {email} geschickt. Er gilt einmal und {valid} lang.',
  'email_sent.until': 'Bis Sie ihn öffnen, bleibt Ihre E-Mail, wie sie ist.',
  'email_sent.again': 'Neuen Link schicken',

  'email_confirm.title': 'Diese E-Mail bestätigen',
  'email_confirm.text': '{email} wird Ihre E-Mail. Bis jetzt ist es {before}.',
  'email_confirm.same': '{email} ist Ihre E-Mail. Bestätigen Sie, dass sie ankommt.',
  'email_confirm.submit': 'Bestätigen',

  'email_undo.title': 'Die Änderung zurücknehmen?',
  'email_undo.text': '{email} wird wieder Ihre E-Mail, und alle Browser und Apps werden abgemeldet.',
  'email_undo.submit': 'Zurücknehmen',
  'email_undo.not_needed':
    'Haben Sie sie selbst geändert? Schließen Sie diese Seite. Noch ist nichts geschehen.',

  'email_undone.title': 'Ihre alte E-Mail gilt wieder',
  'email_undone.text': 'Alle Browser und Apps sind abgemeldet.',
  'email_undone.next':
    'Hat jemand anderes sie geändert, kennt er vielleicht Ihr Passwort. Melden Sie sich an und wählen Sie ein neues.',
  'email_undone.submit': 'Anmelden und Passwort ändern',

  'security.title': 'Sicherheit',
  'security.ways': 'Wege zur Anmeldung',
  'security.connected': 'Verbundene Anmeldungen',
  'security.connected_text':
    'Wer sich bei einem davon als Sie anmelden kann, kann sich auch hier als Sie anmelden.',
  'security.not_connected': 'Nicht verbunden',
  'security.connect': 'Verbinden',
  'security.closed': 'Zurzeit ausgeschaltet',
  'security.not_set_up': 'Nicht eingerichtet',
  'security.ready': 'Bereit',
  'security.since': 'Seit {since}',
  'security.count': { by: 'count', one: '{count} eingerichtet', other: '{count} eingerichtet' },
  'security.left': { by: 'left', one: 'noch {left}', other: 'noch {left}' },
  'security.add': 'Einrichten',
  'security.add_more': 'Weitere hinzufügen',
  'security.change': 'Ändern',
  'security.renew': 'Neue erstellen',
  'security.rename': 'Umbenennen',
  'security.remove': 'Entfernen',
  'security.second_factor': 'Zweiter Schritt',
  'security.second_factor_on': 'Wenn ein zweiter Schritt nötig ist, fragen wir nach: {ways}.',
  'security.second_factor_off':
    'Sie melden sich mit einem Schritt an. Eine Authenticator-App oder ein Passkey fügt einen zweiten hinzu.',
  'security.devices': 'Geräte ohne zweiten Schritt',
  'security.devices_text': 'Dort haben Sie „Auf diesem Gerät nicht fragen“ angekreuzt.',
  'security.device': 'Seit {since} · bis {until}',
  'security.forget': 'Wieder fragen',
  'security.forget_all': 'Auf allen wieder fragen',
  'security.events': 'Was zuletzt geschah',
  'security.events_text':
    'Etwas davon waren nicht Sie? Beenden Sie diese Sitzung und ändern Sie dann Ihr Passwort.',
  'security.password_changed': 'Ihr Passwort ist geändert. Das steht auch in einer E-Mail an Sie.',
  'security.added': 'Der neue Weg zur Anmeldung gilt ab jetzt.',
  'security.removed': 'Dieser Weg zur Anmeldung ist entfernt.',
  'security.renamed': 'Der neue Name ist gespeichert.',
  'security.device_forgotten': 'Auf diesem Gerät wird wieder gefragt.',
  'security.devices_forgotten': 'Auf allen Geräten wird wieder gefragt.',

  'event.removal_asked': 'Entfernung eines verlorenen Geräts erbeten',
  'event.removal_cancelled': 'Entfernung eines verlorenen Geräts abgebrochen',
  'event.signed_in': 'Sie haben sich angemeldet',
  'event.password_changed': 'Ihr Passwort wurde geändert',
  'event.recovery_refused': 'Jemand hat beim Wiederherstellen Ihres Kontos einen falschen Code versucht',
  'event.new_device_ended': 'Sie haben gesagt, dass ein neues Gerät nicht Ihres war; es wurde abgemeldet',
  'event.credential_denied':
    'Sie haben gesagt, dass ein neuer Anmeldeweg nicht von Ihnen war; er wurde entfernt',
  'event.second_factor_rule_set':
    'Die Betreiber dieses Dienstes haben geändert, ob Sie nach einem zweiten Schritt gefragt werden',
  'event.recovered': 'Ihr Konto wurde wiederhergestellt',
  'event.email_change_asked': 'Eine neue E-Mail wurde gewünscht',
  'event.email_changed': 'Ihre E-Mail wurde geändert',
  'event.email_change_undone': 'Eine neue E-Mail wurde zurückgenommen',
  'event.signed_out_by_provider': 'Der Anbieter, über den Sie sich angemeldet hatten, hat Sie abgemeldet',
  'event.session_ended': 'Eine Sitzung wurde beendet',
  'event.other_sessions_ended': 'Alle anderen Sitzungen wurden beendet',
  'event.terms_accepted': 'Sie haben Bedingungen zugestimmt',
  'event.consent_withdrawn': 'Eine App wurde getrennt',
  'event.data_exported': 'Eine Kopie Ihrer Daten wurde geladen',
  'event.deletion_planned': 'Das Konto sollte gelöscht werden',
  'event.deletion_cancelled': 'Sie sind wiedergekommen; das Konto bleibt',
  'event.device_forgotten': 'Auf einem Gerät wird wieder nach dem zweiten Schritt gefragt',
  'event.passkey_doubted': 'Ihr Passkey wurde benutzt, und vielleicht gibt es eine Kopie davon',
  'event.token_stolen': 'Ein kopierter Schlüssel einer App wurde gesperrt',
  'event.way_added': '{way}: eingerichtet',
  'event.way_removed': '{way}: entfernt',
  'event.way_refused': '{way}: ein falscher Versuch',
  'event.second_factors_removed': 'Ihr zweiter Schritt wurde von den Betreibern dieses Dienstes entfernt',

  'ways.last': 'Es ist der letzte Weg in Ihr Konto. Richten Sie erst einen anderen ein.',
  'ways.busy': 'Gerade wird schon etwas entfernt. Versuchen Sie es in einem Moment noch einmal.',
  'ways.name_missing': 'Geben Sie einen Namen ein, an dem Sie es wiedererkennen.',
  'rename.title': 'Einen Namen geben',
  'rename.name': 'Name',
  'rename.submit': 'Speichern',
  'prove.title': 'Bestätigen Sie, dass Sie es sind',
  'prove.also': 'Für diese Änderung fragen wir auch nach:',
  'prove.also_one_of': 'Für diese Änderung fragen wir auch nach einem davon:',
  'prove.after': 'Danach geht es genau hier weiter.',
  'prove.none':
    'Nichts, was Ihr Konto hat, reicht für diese Änderung. Wenden Sie sich an die Betreiber dieser Seite.',
  'prove.back': 'Zurück zu Sicherheit',
  'lost.link': 'Ich habe es nicht mehr',
  'lost.title': 'Gerät verloren?',
  'lost.text':
    'Bitten Sie uns zu entfernen, was Sie verloren haben. Wir schreiben an jede Ihrer Adressen und warten {delay}, damit Sie jemand anderen aufhalten können.',
  'lost.which': 'Was haben Sie verloren?',
  'lost.submit': 'Um Entfernung bitten',
  'lost.operator': 'Hier können das nur die Betreiber dieser Seite entfernen. Wenden Sie sich an sie.',
  'lost.choose': 'Wählen Sie, was Sie verloren haben.',
  'lost.have_more': 'Weisen Sie zuerst nach, was Sie noch haben, oder geben Sie es auch als verloren an.',
  'lost.too_often':
    'Darum wurde gerade schon mehrmals gebeten. Warten Sie eine Stunde und versuchen Sie es dann noch einmal.',
  'lost.waiting_title': 'Eine Entfernung steht an',
  'lost.waiting': 'Ab {due} hat Ihr Konto nicht mehr: {ways}.',
  'lost.asked_by': 'Darum wurde am {when} gebeten, aus dem Netz {network}.',
  'lost.keep': 'Ich habe es noch: abbrechen',
  'lost.until': 'Bis dahin können Sie es hier oder mit dem Link in der E-Mail abbrechen.',
  'lost.cancel_title': 'Diese Entfernung abbrechen?',
  'lost.cancel_text': 'Ihr Konto behält: {ways}.',
  'lost.cancelled_title': 'Die Entfernung ist abgebrochen',
  'lost.cancelled_text':
    'Es ändert sich nichts. Waren Sie es nicht? Dann kennt jemand Ihr Passwort: Ändern Sie es jetzt.',
  'lost.change_password': 'Mein Passwort ändern',
  'remove.title': 'Einen Weg zur Anmeldung entfernen',
  'remove.refused': 'Dieser muss bleiben',
  'remove.text': 'Mit {way} können Sie sich dann nicht mehr anmelden.',
  'remove.keep': 'Behalten',

  'data.title': 'Ihre Daten',
  'data.copy': 'Eine Kopie für Sie',
  'data.copy_text':
    'Alles, was wir über Sie haben, in einer Datei: Profil, Wege zur Anmeldung, Sitzungen, Apps, was geschah.',
  'data.download': 'Herunterladen (JSON)',
  'data.delete': 'Ihr Konto löschen',
  'data.delete_text': 'Sie können Ihr Konto und alles Persönliche darin löschen.',
  'data.delete_begin': 'Mein Konto löschen',

  'account_delete.title': 'Ihr Konto löschen?',
  'account_delete.text':
    'Das löscht das Konto von {email}: Profil, Wege zur Anmeldung, Sitzungen, verbundene Apps.',
  'account_delete.grace': {
    by: 'days',
    one: 'Sie sind sofort überall abgemeldet. Gelöscht wird nach {days} Tag; wenn Sie sich vorher anmelden, bleibt es.',
    other:
      'Sie sind sofort überall abgemeldet. Gelöscht wird nach {days} Tagen; wenn Sie sich vorher anmelden, bleibt es.',
  },
  'account_delete.log':
    'Unser Sicherheitsprotokoll behält, was geschah, unter einer Nummer ohne Ihren Namen.',
  'account_delete.sure': 'Ja, mein Konto und alles darin löschen',
  'account_delete.sure_missing': 'Kreuzen Sie das Feld an, wenn Sie es wirklich wollen.',
  'account_delete.last_administrator':
    'Nur Sie verwalten diesen Dienst, darum kann Ihr Konto nicht gelöscht werden. Geben Sie zuerst jemand anderem die Verwaltung.',
  'account_delete.submit': 'Mein Konto löschen',

  'deletion_planned.title': 'Ihr Konto wird gelöscht',
  'deletion_planned.text': {
    by: 'days',
    one: 'Sie sind überall abgemeldet. In {days} Tag ist alles Persönliche weg.',
    other: 'Sie sind überall abgemeldet. In {days} Tagen ist alles Persönliche weg.',
  },
  'deletion_planned.undo': 'Anders überlegt? Melden Sie sich vorher an, und Ihr Konto bleibt.',
  'deletion_planned.submit': 'Anmelden und behalten',

  'error.reference': 'Kennung {id}',
  'error.tell': 'Ein Problem melden',
  'error.to_account': 'Zu Ihrem Konto',
  'error.back_to': 'Zurück zu {app}',
  'error.start_again': 'Neu beginnen',
  'error.wait': 'Versuchen Sie es in {wait} noch einmal.',
  'error.expired.title': 'Diese Seite war zu lange offen',
  'error.expired.text': 'Nichts ist verloren. Beginnen Sie in der App, aus der Sie kamen, noch einmal.',
  'error.not_found.title': 'Hier ist keine Seite',
  'error.not_found.text':
    'Vielleicht hat sich die Adresse geändert, oder sie enthält einen Tippfehler. Ihr Konto ist sicher.',
  'error.refused.title': 'Hier geht es nicht weiter',
  'error.refused.text': 'Die Anfrage der App lässt sich nicht beantworten. Nichts wurde weitergegeben.',
  'error.refused.again': 'Gehen Sie zurück und versuchen Sie es noch einmal.',
  'error.refused.app':
    'Ein neuer Versuch hilft nicht: Die Betreiber der App müssen etwas ändern. Sagen Sie es ihnen, mit der Referenz unten.',
  'error.broken.title': 'Bei uns ist etwas kaputtgegangen',
  'error.broken.text':
    'Es liegt nicht an Ihnen, und Ihr Konto ist sicher. Versuchen Sie es in einem Moment noch einmal.',
  'error.busy.title': 'Gerade ist sehr viel los',
  'error.busy.text': 'Nichts ist verloren.',
  'error.too_many.title': 'Das war viel auf einmal',
  'error.too_many.text': 'Wir bremsen, damit Konten sicher bleiben. Nichts ist gesperrt.',
  'error.bad_request.title': 'Das konnten wir nicht lesen',
  'error.bad_request.text':
    'Was Ihr Browser geschickt hat, kam nicht vollständig an. Gehen Sie zurück und versuchen Sie es noch einmal.',
  'error.link_used.title': 'Dieser Link gilt nicht mehr',
  'error.link_used.text': 'Jeder Link gilt einmal und für kurze Zeit. Lassen Sie sich einen neuen schicken.',
  'error.other_browser.title': 'Diese Anmeldung wurde in einem anderen Browser begonnen',
  'error.other_browser.text':
    'Hier wurde nichts geändert. Machen Sie in dem Browser weiter, in dem Sie begonnen haben, oder fangen Sie in diesem neu an.',
  'error.signed_in_already.title': 'Sie sind angemeldet',
  'error.signed_in_already.text': 'Diese Anmeldung ist fertig. Auf dieser Seite ist nichts mehr zu tun.',
  'error.wrong.client': 'Die App ist hier nicht eingetragen, oder sie wurde abgeschaltet.',
  'error.wrong.redirect_uri': 'Die Adresse, zu der die App Sie schicken will, ist hier nicht eingetragen.',
  'error.wrong.missing': 'In ihrer Anfrage fehlt etwas: {names}',
  'error.wrong.twice': 'In ihrer Anfrage steht etwas mehrmals: {names}',
  'error.wrong.way': 'Sie fragt auf eine Weise, die es auf diesem Server nicht gibt.',
  'error.wrong.request_uri':
    'Die Anfrage, die die App vorbereitet hatte, ist abgelaufen oder wurde schon benutzt. Beginnen Sie in der App noch einmal.',
  'error.wrong.sign_out': 'Diese Abmeldung ist schon erledigt, oder ihre Seite war zu lange offen.',
  'error.wrong.too_long': 'Die Adresse ist länger, als wir zulassen.',
  'error.wrong.too_large': 'Es wurde mehr geschickt, als wir zulassen.',
  'error.wrong.other_site': 'Das Formular kam von einer anderen Website.',
  'error_class.request.title': 'Mit der Anfrage der App stimmte etwas nicht',
  'error_class.request.text':
    'Etwas darin fehlte oder war so geschrieben, dass wir es nicht lesen können. Wer die App entwickelt, kann das beheben.',
  'error_class.client.title': 'Die App hat sich nicht ausgewiesen',
  'error_class.client.text':
    'Sie ist hier nicht eingetragen, ihr Geheimnis oder Schlüssel passte nicht, oder sie darf auf diese Weise nicht anfragen. Wer die App betreibt, kann das beheben.',
  'error_class.access.title': 'Die App wollte einen Zugriff, den sie nicht bekommt',
  'error_class.access.text':
    'Was sie wollte, gibt es hier nicht, oder sie ist dafür nicht eingerichtet. Wer die App betreibt, kann das beheben.',
  'error_class.grant.title': 'Die App kann mit der alten Anmeldung nicht weitermachen',
  'error_class.grant.text':
    'Was sie vorgelegt hat, ist abgelaufen, schon benutzt oder beendet. Melden Sie sich in der App noch einmal an.',
  'error_class.person.title': 'Ohne Sie kann die App nicht weitermachen',
  'error_class.person.text':
    'Sie wollte weitermachen, ohne eine Seite zu zeigen, aber zuerst muss sich jemand anmelden, ein Konto auswählen oder zustimmen. Öffnen Sie die App und melden Sie sich an.',
  'error_class.denied.title': 'Die Anmeldung wurde abgebrochen',
  'error_class.denied.text':
    'Jemand ging zurück oder sagte Nein, oder es gab nichts, was die App haben darf. Es wurde nichts geteilt.',
  'error_class.key.title': 'Der Nachweis der App für ihren Schlüssel passte nicht',
  'error_class.key.text':
    'Er fehlte, war zu alt oder für etwas anderes bestimmt. Wer die App entwickelt, kann das beheben.',
  'error_class.developer': 'Für alle, die die App entwickeln oder betreiben',
  'error_class.log':
    'Unter der Kennung steht im Log dieses Servers eine Zeile, die genau sagt, was falsch war.',
  'error_class.read': 'Was jeder Grund bedeutet und was zu tun ist: {document}',

  'mailbox.title': 'Postfach',
  'mailbox.text':
    'E-Mails dieser Installation. Nur dieser Computer kann sie sehen; nichts davon verlässt ihn.',
  'mailbox.none': 'Es wurde noch keine E-Mail verschickt.',
  'mailbox.to': 'An {to} · {date}',
  'mailbox.here': 'Von diesem Computer wird nichts verschickt. E-Mails sind hier: {link}',
  'mailbox.filter': 'Adresse oder Betreff',
  'mailbox.reload': 'Neu laden',
  'mailbox.none_found': 'Keine E-Mail passt dazu.',
  'mailbox.as_seen': 'Ansicht',
  'mailbox.as_text': 'Text',

  'email.title': 'Per E-Mail anmelden',
  'email.text': 'Sie bekommen einen Link und einen 6-stelligen Code. Einer von beiden genügt.',
  'email.text_open': 'Neu hier? Mit derselben E-Mail legen Sie Ihr Konto an.',
  'email.submit': 'E-Mail schicken',
  'email.wrong': 'Dieser Code passt nicht. Nehmen Sie den aus der neuesten E-Mail, alle sechs Ziffern.',
  'email.check_code': 'Sehen Sie sich diesen Code noch einmal an.',
  'email.nothing_yet': 'Nicht von Ihnen? Schließen Sie diese Seite. Es ist noch nichts geschehen.',
  'email.sent.title': 'Sehen Sie in Ihre E-Mails',
  'email.sent.text':
    'Wenn {address} ein Konto hat, ist ein Link mit einem 6-stelligen Code unterwegs. Beide gelten {valid}.',
  'email.sent.text_open':
    'Wenn {address} hier gilt, ist ein Link mit einem 6-stelligen Code unterwegs. Beide gelten {valid}.',
  'email.sent.code': 'Code aus der E-Mail',
  'email.sent.hint': 'Öffnen Sie den Link in diesem Browser, oder tippen Sie den Code hier ein.',
  'email.sent.nothing': 'Nichts da? Sehen Sie im Spam-Ordner nach, und ob die Adresse oben stimmt.',
  'email.sent.again': 'Neuen Code schicken',
  'email.away.title': 'Unser Mailserver antwortet nicht',
  'email.away.text':
    'Ihre E-Mail wartet, wir versuchen es {valid} lang weiter. Nehmen Sie einen anderen Weg, oder versuchen Sie es gleich noch einmal.',
  'email.link.title': 'Anmeldung abschließen',
  'email.link.text': 'Sie wollten sich vor {age} in diesem Browser als {address} anmelden.',
  'email.link.text_app': 'Sie wollten sich vor {age} in diesem Browser bei {app} als {address} anmelden.',
  'email.link.submit_app': 'Bei {app} anmelden',
  'email.elsewhere.title': 'Tippen Sie diesen Code dort ein, wo Sie begonnen haben',
  'email.elsewhere.text':
    'Dies ist ein anderer Browser als der, in dem Sie sich anmelden wollten. Dort geht es weiter mit:',
  'email.elsewhere.hint':
    'Gilt einmal, noch {valid}. Lesen Sie ihn niemandem vor: {brand} wird nie danach fragen.',
  'email.elsewhere.submit': 'Stattdessen auf diesem Gerät anmelden',
  'email.here.title': 'Auf diesem Gerät anmelden?',
  'email.here.text': 'Das öffnet hier Ihr Konto bei {brand}, als {address}.',
  'email.here.new': 'Das legt hier ein Konto bei {brand} an, mit der Adresse {address}.',
  'email.here.then': 'Die Seite, auf der Sie begonnen haben, braucht dann einen neuen Code.',
  'email.here.submit': 'Hier anmelden',
  'email.here.back': 'Den Code noch einmal zeigen',

  'mail.sent_by': 'Gesendet von {host}',
  'mail.sign_in.subject': '{code} ist Ihr Code für {brand}',
  'mail.sign_in.preheader': '{code} – eintippen, oder den Link öffnen. Beide gelten {valid}.',
  'mail.sign_in.title': 'Bei Ihrem Konto anmelden',
  'mail.sign_in.title_app': 'Bei {app} anmelden',
  'mail.sign_in.code': 'Tippen Sie diesen Code dort ein, wo Sie begonnen haben:',
  'mail.sign_in.action': 'Oder mit diesem Link bei {host} anmelden',
  'mail.sign_in.when':
    'Angefordert am {when}, mit {device}, aus dem Netz {network}. Gilt einmal, {valid} lang.',
  'mail.sign_in.safe':
    'Nicht von Ihnen? Löschen Sie diese E-Mail. Ohne sie kommt niemand hinein. Lesen Sie den Code niemandem vor.',
  'mail.link_used.subject': 'Sie sind auf einem anderen Gerät bei {brand} angemeldet',
  'mail.link_used.title': 'Unser Link wurde auf einem anderen Gerät benutzt',
  'mail.link_used.what':
    'Sie haben den Link in einem Browser angefordert und in einem anderen benutzt: {device}. Dort ist Ihr Konto bei {brand} jetzt offen.',
  'mail.link_used.when': 'Das geschah am {when}, aus dem Netz {network}.',
  'mail.link_used.do': 'Waren Sie das? Dann ist alles gut. Wenn nicht, beenden Sie diese Sitzung jetzt.',
  'mail.link_used.action': 'Meine Sitzungen ansehen',
  'mail.api_key.subject_made': 'Neuer API-Schlüssel in Ihrem {brand}-Konto',
  'mail.api_key.title_made': 'Ein neuer API-Schlüssel',
  'mail.api_key.what_made':
    'In Ihrem Konto gibt es einen neuen API-Schlüssel: {name}. Mit ihm nutzt ein Programm {api} in Ihrem Namen.',
  'mail.api_key.do_made':
    'Waren Sie das, oder jemand in Ihrem Auftrag? Dann ist alles in Ordnung. Wenn nicht, beenden Sie den Schlüssel und ändern Sie Ihr Passwort.',
  'mail.api_key.subject_network': 'Ihr API-Schlüssel {name} wurde aus einem neuen Netz benutzt',
  'mail.api_key.title_network': 'Ein API-Schlüssel wurde anderswo benutzt',
  'mail.api_key.what_network':
    'Ihr API-Schlüssel {name} wurde aus einem Netz benutzt, aus dem er vorher nie benutzt wurde.',
  'mail.api_key.do_network':
    'Läuft dort keines Ihrer Programme, beenden Sie den Schlüssel: Jemand anderes hat ihn.',
  'mail.api_key.subject_expiring': 'Ihr API-Schlüssel {name} läuft bald ab',
  'mail.api_key.title_expiring': 'Ein API-Schlüssel läuft bald ab',
  'mail.api_key.what_expiring':
    'Ihr API-Schlüssel {name} gilt bis {until}. Programme, die ihn danach noch nutzen, werden abgewiesen.',
  'mail.api_key.do_expiring':
    'Brauchen Sie ihn noch, erstellen Sie vorher einen neuen und geben Sie ihn Ihrem Programm.',
  'mail.api_key.action': 'Meine API-Schlüssel ansehen',
  'mail.api_key.which': 'API-Schlüssel: {name}. API: {api}.',

  'mail.token_theft.subject': 'Wir haben {app} von Ihrem Konto getrennt',
  'mail.token_theft.title': 'Wir haben {app} getrennt',
  'mail.token_theft.what':
    'Jemand hat die Kopie eines Schlüssels benutzt, den nur {app} haben sollte. Zur Sicherheit haben wir den Zugang der App zu Ihrem Konto beendet.',
  'mail.token_theft.when': 'Bemerkt am {when}, aus dem Netz {network}.',
  'mail.token_theft.do':
    'Wenn Sie {app} nutzen, melden Sie sich dort neu an. Sehen Sie Ihre Sitzungen durch und beenden Sie jede, die Sie nicht kennen.',
  'mail.token_theft.action': 'Meine Sitzungen ansehen',
  'mail.token_theft.safe': 'Ihr Passwort wurde nicht benutzt und ist dasselbe wie zuvor.',
  'mail.set_password.subject': 'Wählen Sie Ihr Passwort für {brand}',
  'mail.set_password.title': 'Wählen Sie Ihr Passwort',
  'mail.set_password.what':
    'Sie haben ein Konto bei {brand}. Wählen Sie ein Passwort, mit dem Sie sich anmelden.',
  'mail.set_password.action': 'Mein Passwort wählen',
  'mail.set_password.when': 'Der Link gilt einmal und {valid} lang.',
  'mail.set_password.safe':
    'Sie wissen nicht, worum es geht? Löschen Sie diese E-Mail. Geben Sie den Link nicht weiter: Er öffnet Ihr Konto.',
  'mail.password_changed.subject': 'Ihr Passwort für {brand} wurde geändert',
  'mail.password_set.subject': 'Ihr Konto bei {brand} hat jetzt ein Passwort',
  'mail.password_set.title': 'Ihr Passwort ist gesetzt',
  'mail.password_set.what':
    'Ihr Konto bei {brand} hatte bis jetzt kein Passwort. Von nun an können Sie sich mit einem anmelden.',
  'mail.password_changed.title': 'Ihr Passwort wurde geändert',
  'mail.password_changed.what': 'Das Passwort Ihres Kontos bei {brand} wurde geändert.',
  'mail.password_changed.when': 'Das geschah am {when}, aus dem Netz {network}.',
  'mail.password_changed.do': 'Waren Sie das? Dann ist alles gut. Wenn nicht, wenden Sie sich sofort an uns.',
  'mail.password_changed.action': 'Mein Konto ansehen',
  'mail.email_confirm.subject': 'Bestätigen Sie Ihre E-Mail für {brand}',
  'mail.email_confirm.title': 'Bestätigen Sie Ihre E-Mail',
  'mail.email_confirm.what':
    'Jemand, der bei {brand} angemeldet ist, möchte diese Adresse für sein Konto nutzen.',
  'mail.email_confirm.action': 'Diese Adresse bestätigen',
  'mail.email_confirm.valid': 'Der Link gilt einmal, {valid} lang und nur für diese Person.',
  'mail.email_confirm.safe': 'Das waren nicht Sie? Löschen Sie diese E-Mail, und nichts geschieht.',
  'mail.email_changed.subject': 'Die E-Mail Ihres Kontos bei {brand} wurde geändert',
  'mail.email_changed.title': 'Ihre E-Mail wurde geändert',
  'mail.email_changed.what': 'Ihr Konto bei {brand} hat ab jetzt eine andere E-Mail-Adresse als diese.',
  'mail.email_changed.do':
    'Waren Sie das? Dann ist alles gut. Wenn nicht, nehmen Sie es innerhalb von {valid} zurück.',
  'mail.email_changed.action': 'Zurücknehmen',
  'mail.email_changed.safe': 'Das meldet alle Browser und Apps ab.',
  'mail.email_moved.subject': 'Die E-Mail-Adresse Ihres Kontos bei {brand}',
  'mail.email_moved.title_new': 'Das ist jetzt Ihre Adresse',
  'mail.email_moved.what_new': 'Ihr Konto bei {brand} hat ab jetzt diese E-Mail-Adresse.',
  'mail.email_moved.title_back': 'Ihre alte Adresse ist wieder da',
  'mail.email_moved.what_back':
    'Die Änderung der E-Mail-Adresse Ihres Kontos bei {brand} wurde zurückgenommen. Alle Browser und Apps sind abgemeldet.',
  'mail.email_moved.title_gone': 'Diese Adresse gehört nicht mehr zum Konto',
  'mail.email_moved.what_gone':
    'Die Änderung, mit der ein Konto bei {brand} diese Adresse bekam, wurde von der alten Adresse aus zurückgenommen. Mit dieser können Sie sich nicht mehr anmelden.',
  'mail.email_in_use.subject': 'Ihre Adresse wurde bei {brand} eingegeben',
  'mail.email_in_use.title': 'Sie haben schon ein Konto bei {brand}',
  'mail.email_in_use.what':
    'Jemand wollte einem anderen Konto bei {brand} diese Adresse geben. Sie bleibt Ihre.',
  'mail.email_in_use.do':
    'Waren Sie das? Dann melden Sie sich mit dieser Adresse an, oder geben Sie diesem Konto erst eine andere.',
  'mail.email_in_use.safe': 'Nichts hat sich geändert, und niemand hat erfahren, dass Sie ein Konto haben.',
  'mail.removal_asked.subject': 'Verloren? Eine Entfernung aus Ihrem {brand}-Konto',
  'mail.removal_asked.title': 'Jemand sagt, Sie hätten es verloren',
  'mail.removal_asked.what':
    'Jemand, der Ihr Passwort kennt, hat uns gebeten, dies aus Ihrem {brand}-Konto zu entfernen: {ways}. Wir tun es am {due}.',
  'mail.removal_asked.do':
    'Waren Sie es? Dann ist alles gut. Wenn nicht, brechen Sie es jetzt ab und ändern Sie Ihr Passwort.',
  'mail.removal_asked.action': 'Entfernung abbrechen',
  'mail.removal_asked.when': 'Erbeten am {when}, mit {device}, aus dem Netz {network}.',
  'mail.removal_cancelled.subject': 'Die Entfernung aus Ihrem {brand}-Konto ist abgebrochen',
  'mail.removal_cancelled.title': 'Nichts wird entfernt',
  'mail.removal_cancelled.what': 'Ihr {brand}-Konto behält: {ways}.',
  'mail.removal_cancelled.do':
    'Wenn nicht Sie um die Entfernung gebeten haben, kennt jemand Ihr Passwort: Ändern Sie es.',
  'mail.deletion_planned.subject': 'Ihr Konto bei {brand} wird gelöscht',
  'mail.deletion_planned.title': 'Ihr Konto wird gelöscht',
  'mail.deletion_planned.what': 'Ihr Konto bei {brand} und alles Persönliche darin wird am {due} gelöscht.',
  'mail.deletion_planned.undo':
    'Waren Sie das nicht, oder haben Sie es sich anders überlegt? Melden Sie sich vorher an, und es bleibt.',
  'mail.deletion_planned.action': 'Anmelden und behalten',
  'mail.deletion_planned.from': 'Der Wunsch kam aus dem Netz {network}.',
  'mail.deletion_cancelled.subject': 'Ihr Konto bei {brand} bleibt',
  'mail.deletion_cancelled.title': 'Ihr Konto bleibt',
  'mail.deletion_cancelled.what':
    'Sie haben sich wieder angemeldet. Ihr Konto bei {brand} wird darum nicht gelöscht.',
  'mail.deletion_cancelled.do':
    'Das waren nicht Sie? Dann weiß jemand, wie man sich als Sie anmeldet: Ändern Sie Ihr Passwort.',
  'mail.deletion_done.subject': 'Ihr Konto bei {brand} ist gelöscht',
  'mail.deletion_done.title': 'Ihr Konto ist gelöscht',
  'mail.deletion_done.what': 'Ihr Konto bei {brand} und alles Persönliche darin ist weg.',
  'mail.deletion_done.action': 'Zu {brand}',
  'mail.deletion_done.log':
    'Unser Sicherheitsprotokoll behält, was geschah, unter einer Nummer ohne Ihren Namen.',
  'login.forgot': 'Passwort vergessen?',
  'login.register': 'Konto anlegen',
  'entry.to_login': 'Zurück zur Anmeldung',
  'email.sent.another': 'Eine andere Adresse verwenden',
  'entry.elsewhere.title': 'Geben Sie diesen Code dort ein, wo Sie angefangen haben',
  'entry.elsewhere.text':
    'Sie haben den Link in einem anderen Browser geöffnet als dem, in dem Sie angefangen haben. Gehen Sie dorthin zurück und geben Sie ein:',
  'entry.elsewhere.hint':
    'Er gilt {valid}. Geben Sie ihn niemandem: {brand} fragt nie am Telefon oder per E-Mail danach.',
  'recovery.text': 'Geben Sie Ihre E-Mail-Adresse ein. Wir schicken Ihnen einen Link und einen Code.',
  'recovery.slow_down.title': 'Das waren einige E-Mails hintereinander',
  'recovery.slow_down.text':
    'Warten Sie {wait} und fragen Sie dann noch einmal. E-Mails, die wir schon geschickt haben, gelten weiter.',
  'recovery.sent':
    'Wenn {address} ein Konto hat, haben wir einen Link und einen 6-stelligen Code dorthin geschickt. Beide gelten {valid}.',
  'recovery.link.text':
    'Sie haben es in diesem Browser angefordert. Nichts ändert sich, bevor Sie eines gewählt haben.',
  'recovery.started.text':
    'Wer Ihr Konto {email} betreut, hat Ihnen diesen Link geschickt, damit Sie ein neues Passwort wählen können.',
  'recovery.password.title': 'Neues Passwort wählen',
  'recovery.password.ends': 'Sie werden überall abgemeldet, auch in Apps.',
  'new_device.title': 'Waren Sie das nicht?',
  'new_device.text':
    'Jemand hat sich am {when} mit einem neuen Gerät in Ihrem Konto angemeldet. Melden Sie dieses Gerät jetzt ab:',
  'new_device.submit': 'Dieses Gerät abmelden',
  'new_device.mine': 'Waren Sie es? Schließen Sie diese Seite. Es ist noch nichts geschehen.',
  'new_device.ended.title': 'Dieses Gerät ist abgemeldet',
  'new_device.ended.text':
    'Wer es benutzt hat, wusste, wie man sich als Sie anmeldet. Wählen Sie jetzt ein neues Passwort.',
  'new_device.ended.recover': 'Neues Passwort wählen',
  'new_credential.text':
    '{way} kam am {when} zu Ihrem Konto hinzu. Entfernen Sie das jetzt und melden Sie alle Browser und Apps ab:',
  'new_credential.submit': 'Entfernen und überall abmelden',
  'new_credential.removed.title': 'Es ist entfernt',
  'new_credential.removed.text':
    'Alle Browser und Apps sind abgemeldet. Wer es hinzugefügt hat, konnte sich als Sie anmelden. Wählen Sie jetzt ein neues Passwort.',
  'added_lately.title': 'Kennen Sie das alles?',
  'added_lately.text':
    'Diese Anmeldewege kamen in den letzten 30 Tagen hinzu. Entfernen Sie, was nicht Ihres ist.',
  'added_lately.go_on': 'Alles meins, weiter',
  'mail.entry.when': 'Angefordert am {when} mit {device}, aus dem Netz {network}. Gilt {valid}.',
  'mail.recovery.subject': '{code} ist Ihr Code für ein neues Passwort bei {brand}',
  'mail.recovery.preheader': '{code} gilt {valid}.',
  'mail.recovery.title': 'Neues Passwort wählen',
  'mail.recovery.code':
    'Geben Sie diesen Code dort ein, wo Sie ihn angefordert haben, oder drücken Sie im selben Browser den Knopf.',
  'mail.recovery.action': 'Weiter bei {host}',
  'mail.recovery.safe': 'Nicht von Ihnen? Löschen Sie diese E-Mail. Ihr Passwort bleibt, wie es ist.',
  'mail.second_factors_removed.subject': 'Der zweite Schritt Ihres {brand}-Kontos wurde entfernt',
  'mail.second_factors_removed.title': 'Ihr zweiter Schritt wurde entfernt',
  'mail.second_factors_removed.what':
    'Wer {brand} betreut, hat den zweiten Schritt Ihres Kontos entfernt: {ways}. Ab jetzt melden Sie sich ohne ihn an, und jedes Gerät, das ihn überspringen durfte, ist vergessen.',
  'mail.second_factors_removed.do':
    'Haben Sie darum gebeten? Dann melden Sie sich an und richten Sie einen neuen zweiten Schritt ein. Wenn nicht, ändern Sie Ihr Passwort und fragen Sie nach.',
  'mail.second_factors_removed.when': 'Das geschah am {when}.',
  'mail.recovery_started.subject': 'Wählen Sie ein neues Passwort für {brand}',
  'mail.recovery_started.title': 'Neues Passwort wählen',
  'mail.recovery_started.what':
    'Wer {brand} betreut, hat die Wiederherstellung Ihres Kontos begonnen. Mit diesem Link wählen Sie ein neues Passwort; sonst sieht es niemand.',
  'mail.recovery_started.action': 'Mein Konto wiederherstellen',
  'mail.recovery_started.safe':
    'Sie erwarten das nicht? Löschen Sie diese E-Mail und fragen Sie nach. Geben Sie den Link niemandem: Er öffnet Ihr Konto.',
  'mail.recovered.subject': 'Ihr Konto bei {brand} wurde wiederhergestellt',
  'mail.recovered.title': 'Ihr Konto wurde wiederhergestellt',
  'mail.recovered.what':
    'Jemand, der Ihre E-Mails liest, hat ein neues Passwort für Ihr Konto bei {brand} gewählt.',
  'mail.recovered.ended': 'Alle Geräte und Apps wurden abgemeldet.',
  'mail.recovered.do':
    'Waren Sie es? Dann ist alles gut. Wenn nicht, sichern Sie zuerst Ihr Postfach und wählen Sie dann ein anderes Passwort.',
  'mail.recovered.when': 'Das geschah am {when}, mit {device}, aus dem Netz {network}.',
  'mail.new_device.subject': 'Neue Anmeldung in Ihrem Konto bei {brand}: {device}',
  'mail.new_device.title': 'Anmeldung mit einem neuen Gerät',
  'mail.new_device.what':
    'Jemand hat sich in Ihrem Konto bei {brand} mit {device} angemeldet, womit das noch niemand getan hatte.',
  'mail.new_device.do': 'Waren Sie es? Dann ist nichts zu tun. Wenn nicht, melden Sie dieses Gerät ab:',
  'mail.new_device.action': 'Das war ich nicht',
  'registration.title': 'Konto anlegen',
  'registration.text':
    'Geben Sie Ihre E-Mail-Adresse ein. Wir schicken Ihnen einen Link und einen Code, damit wir wissen, dass sie Ihnen gehört.',
  'registration.invited': 'Sie sind eingeladen. Die Einladung gilt für diese Adresse:',
  'registration.have_one': 'Ich habe ein Konto',
  'registration.domain':
    'Hier gehen nur Adressen bestimmter Domains. Nehmen Sie die Ihrer Schule oder Arbeit.',
  'registration.sent':
    'Wir haben eine E-Mail an {address} geschickt. Sie enthält, was Sie zum Weitermachen brauchen, und gilt {valid}.',
  'registration.link.title': 'Weiter zu Ihrem neuen Konto?',
  'registration.link.text':
    'Sie haben es in diesem Browser angefordert. Das Konto entsteht, wenn Sie die nächste Seite ausgefüllt haben.',
  'registration.details.title': 'Ihr neues Konto',
  'registration.details.name': 'Ihr Name',
  'registration.details.submit': 'Mein Konto anlegen',
  'registration.details.passkey': 'Einen Passkey statt eines Passworts verwenden',
  'registration.details.by_mail': 'Stattdessen per E-Mail anmelden, ohne Passwort',
  'registration.details.by_mail_text':
    'Sie melden sich mit einem Link oder Code aus einer E-Mail an. Einen Passkey oder ein Passwort können Sie später hinzufügen.',
  'mail.confirm_address.subject': '{code} bestätigt Ihre E-Mail-Adresse bei {brand}',
  'mail.confirm_address.code': 'Geben Sie diesen Code auf der Seite ein, auf der Sie ihn angefordert haben.',
  'mail.confirm_address.safe': 'Nicht von Ihnen? Löschen Sie diese E-Mail. Ohne den Code geschieht nichts.',
  'mail.registration.subject': '{code} ist Ihr Code für Ihr neues Konto bei {brand}',
  'mail.registration.preheader': '{code} gilt {valid}.',
  'mail.registration.title': 'Ist das Ihre Adresse?',
  'mail.registration.code':
    'Geben Sie diesen Code dort ein, wo Sie ihn angefordert haben, oder drücken Sie im selben Browser den Knopf.',
  'mail.registration.action': 'Weiter bei {host}',
  'mail.registration.safe': 'Nicht von Ihnen? Löschen Sie diese E-Mail. Ohne den Code entsteht kein Konto.',
  'mail.identity_code.subject': '{code} ist Ihr Code für {brand}',
  'mail.identity_code.code':
    'Geben Sie diesen Code auf der Seite ein, auf der Sie sich mit {provider} angemeldet haben.',
  'mail.identity_code.safe': 'Nicht von Ihnen? Löschen Sie diese E-Mail. Ohne den Code geschieht nichts.',
  'mail.registration_known.subject': 'Sie haben schon ein Konto bei {brand}',
  'mail.registration_known.title': 'Sie haben schon ein Konto',
  'mail.registration_known.what':
    'Jemand wollte mit dieser Adresse ein Konto bei {brand} anlegen. Sie hat schon eines, also entstand keines.',
  'mail.registration_known.do':
    'Waren Sie es? Dann melden Sie sich an. Wissen Sie das Passwort nicht mehr, wählen Sie dort ein neues.',
  'mail.registration_known.action': 'Anmelden',
  'mail.invitation.subject': 'Ihre Einladung zu {brand}',
  'mail.invitation.title': 'Sie sind eingeladen',
  'mail.invitation.what':
    'Sie sind eingeladen, bei {brand} ein Konto anzulegen, mit der Adresse, an die diese E-Mail ging.',
  'mail.invitation.action': 'Mein Konto anlegen',
  'mail.invitation.safe': 'Sie wissen nicht, worum es geht? Löschen Sie diese E-Mail. Es geschieht nichts.',
};
