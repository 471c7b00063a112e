import type { Messages } from './messages.ts';

/** Italian. People are addressed as “Lei”. */
export const messages: Messages = {
  'page.title': '{title} – {brand}',
  'page.title_error': 'Errore: {title} – {brand}',

  'layout.you_are_on': 'Si trova su {host}',
  'layout.seal': 'Il disegno è tracciato da questo indirizzo.',
  'layout.where': 'Dove si trova',
  'layout.this_machine': 'questo computer',
  'layout.help': 'Aiuto',
  'layout.privacy': 'Privacy',
  'layout.language': 'Lingua',
  'layout.menu': 'Menu',
  'layout.check_field': 'Controlli questo campo.',
  'layout.check_form.title': 'Da controllare',
  'layout.not_yet.title': 'Non ha ancora funzionato',
  'layout.sign_out': 'Esci',

  'login.title': 'Accedi',
  'login.route': 'per continuare su {app} {host}',
  'login.route_account': 'per aprire il Suo account',
  'login.identifier': 'E-mail',
  'login.username': 'Nome utente',
  'login.username_or_email': 'Nome utente o e-mail',
  'login.not_you': 'Non è Lei?',
  'login.remember': 'Resta connesso',
  'login.submit': 'Accedi',
  'login.others': 'Altri modi per accedere',
  'login.last_used': 'Ultimo usato qui',
  'login.cancel': 'Annulla e torna a {app}',
  'login.refused.title': 'Non siamo riusciti a farLa accedere',
  'login.refused.wrong': 'Questa e-mail e questa password non corrispondono.',
  'login.refused.wrong_name': 'Questo nome e questa password non corrispondono.',
  'login.refused.check': 'Controlli entrambe, poi riprovi.',
  'login.refused.check_or_other': 'Controlli entrambe, o usi un altro modo qui sotto.',
  'login.refused.slow_down': 'Sono stati vari tentativi di fila. Aspetti {wait}, poi riprovi.',
  'login.refused.slow_down_or_other':
    'Sono stati vari tentativi di fila. Aspetti {wait}, o usi un altro modo qui sotto.',
  'login.refused.busy': 'Molte persone stanno accedendo ora. Riprovi tra un momento.',
  'login.check_password': 'Controlli questa password.',
  'login.refused.expired':
    'Quella pagina è rimasta aperta troppo a lungo, o la risposta è già stata usata. Eccone una nuova.',

  'ways.count': {
    by: 'count',
    one: '{count} rimasto',
    many: '{count} rimasti',
    other: '{count} rimasti',
  },

  'second_factor.remember_device': {
    by: 'days',
    one: 'Non chiedere più su questo dispositivo per {days} giorno',
    many: 'Non chiedere più su questo dispositivo per {days} giorni',
    other: 'Non chiedere più su questo dispositivo per {days} giorni',
  },

  'enrol.title': 'Aggiunga una seconda prova della Sua identità',
  'enrol.text': '{app} ne chiede più di una. Scelga quella che preferisce; basta un minuto.',
  'enrol.later': {
    by: 'left',
    one: 'Più tardi (ultima volta)',
    many: 'Più tardi (ancora {left})',
    other: 'Più tardi (ancora {left})',
  },

  'mail.way_changed.subject_enrolled': 'Aggiunto al Suo account {brand}: {way}',
  'mail.way_changed.subject_removed': 'Rimosso dal Suo account {brand}: {way}',
  'mail.way_changed.title_enrolled': 'È stato aggiunto un modo per accedere',
  'mail.way_changed.title_removed': 'È stato rimosso un modo per accedere',
  'mail.way_changed.what_enrolled': 'Il Suo account {brand} ha un nuovo modo per accedere: {way}.',
  'mail.way_changed.what_removed': 'Il Suo account {brand} ha perso un modo per accedere: {way}.',
  'mail.way_changed.when': 'È successo il {when}, dalla rete {network}.',
  'mail.way_changed.do':
    'È stato Lei? Allora va tutto bene. Se no, cambi la password e controlli i Suoi modi per accedere.',
  'mail.way_changed.action': 'Vedi il mio account',
  'mail.new_credential.do':
    'È stato Lei? Allora va tutto bene. Altrimenti lo rimuova entro 30 giorni; questo disconnette anche tutti i browser e le app.',
  'mail.new_credential.action': 'Non sono stato io',

  'mail.second_factor_failed.subject': 'Qualcuno conosceva la Sua password di {brand}, ma non il resto',
  'mail.second_factor_failed.title': 'Un accesso si è fermato a metà',
  'mail.second_factor_failed.what':
    'Qualcuno ha dato la prima risposta giusta per il Suo account {brand}, per accedere a {app}. La seconda era sbagliata, quindi nessuno è entrato.',
  'mail.second_factor_failed.when': 'È successo il {when}, con {device}, dalla rete {network}.',
  'mail.second_factor_failed.do':
    'È stato Lei? Riprovi e basta. Se no, cambi subito la password: qualcun altro la conosce.',
  'mail.second_factor_failed.action': 'Vedi il mio account',

  'passkey.title': 'Usi la Sua passkey',
  'passkey.text':
    'Il dispositivo chiede l’impronta, il volto, il blocco dello schermo o la chiave di sicurezza.',
  'passkey.submit': 'Usa una passkey',
  'passkey.none': 'Nessuna passkey è stata usata. Riprovi, o acceda in un altro modo.',
  'passkey.wrong': 'Questa passkey qui non funziona. Ne provi un’altra, o un altro modo.',
  'passkey.script': 'Le passkey richiedono JavaScript. Lo attivi, o usi un altro modo.',
  'passkey.add.title': 'Salva una passkey',
  'passkey.add.submit': 'Salva una passkey',
  'passkey.offer.title': 'La prossima volta senza password?',
  'passkey.offer.text':
    'Salvi una passkey su questo dispositivo e acceda con l’impronta, il volto o il blocco dello schermo. Nessuno può carpirla o riutilizzarla.',
  'passkey.offer.here_title': 'La prossima volta senza l’altro dispositivo?',
  'passkey.offer.here_text':
    'Ha effettuato l’accesso con la passkey di un altro dispositivo. Ne salvi una anche su questo e acceda con l’impronta, il volto o il blocco dello schermo.',
  'passkey.offer.note': 'Chi può sbloccare questo dispositivo potrà accedere al Suo posto.',
  'passkey.offer.submit': 'Salva una passkey',
  'passkey.offer.later': 'Non ora',
  'passkey.offer.never': 'Non chiedere più',
  'passkey.none_saved': 'Nessuna passkey è stata salvata. Riprovi, o continui senza.',
  'passkey.not_saved': 'La passkey non è stata salvata. Riprovi.',
  'passkey.expired': 'C’è voluto troppo tempo. Riprovi.',
  'passkey.saved_already': 'Questo dispositivo ha già una Sua passkey.',
  'passkey.kind_refused': 'Qui non si usano passkey di questo tipo. Ne salvi una su un altro dispositivo.',
  'passkey.synced': 'copiata sugli altri Suoi dispositivi',
  'passkey.not_synced': 'solo su quel dispositivo',
  'passkey.second_only': 'solo come secondo passaggio',
  'passkey.too_many': 'Ha {maximum} passkey, e non ce ne stanno altre. Prima ne rimuova una.',

  'method.password.name': 'Password',
  'method.passkey.name': 'Passkey',
  'method.email.name': 'Ricevi un link di accesso per e-mail',
  'method.email.noun': 'Link e codice per e-mail',

  'password.label': 'Password',
  'password.new': 'Scelga una password',
  'password.again': 'Di nuovo la stessa password',
  'password.show': 'Mostra',
  'password.hide': 'Nascondi',
  'password.hint': {
    by: 'minimum',
    one: 'Almeno {minimum} carattere. Vanno bene alcune parole con spazi.',
    many: 'Almeno {minimum} caratteri. Vanno bene alcune parole con spazi.',
    other: 'Almeno {minimum} caratteri. Vanno bene alcune parole con spazi.',
  },
  'password.too_short': {
    by: 'minimum',
    one: 'Usi almeno {minimum} carattere. Vanno bene alcune parole con spazi.',
    many: 'Usi almeno {minimum} caratteri. Vanno bene alcune parole con spazi.',
    other: 'Usi almeno {minimum} caratteri. Vanno bene alcune parole con spazi.',
  },
  'password.too_long': 'È più lunga di quanto possiamo conservare. Ne usi una più corta.',
  'password.characters':
    'Contiene un carattere che non tutte le tastiere scrivono allo stesso modo. Usi lettere, cifre e segni.',
  'password.breached': 'Molti usano questa password, quindi altri la provano per prima. Ne scelga un’altra.',
  'password.personal':
    'È quasi solo il Suo nome, la Sua e-mail o il nostro nome. Altri lo proverebbero per primo.',
  'password.differs': 'Le due password sono diverse. Scriva due volte la stessa.',
  'password.missing': 'Scriva una password.',

  'layout.copied': 'Copiato',

  'ways.signing_in_as': 'Accesso come {email}',
  'ways.cancel': 'Annulla',

  'method.totp.name': 'App di autenticazione',
  'method.upstream.name': 'Un altro fornitore',
  'method.backup-codes.name': 'Codici di riserva',

  'totp.title': 'Ancora un passo',
  'totp.code': 'Codice dell’app di autenticazione',
  'layout.continue': 'Continua',
  'totp.others': 'Non ha l’app a portata di mano?',
  'totp.wrong': 'Questo codice non corrisponde. Scriva quello che l’app mostra ora.',
  'totp.reused': 'Questo codice è già stato usato. Aspetti il prossimo nell’app.',
  'totp.too_many': {
    by: 'maximum',
    one: 'Ha {maximum} app di autenticazione, e non ce ne stanno altre. Prima la rimuova.',
    many: 'Ha {maximum} app di autenticazione, e non ce ne stanno altre. Prima ne rimuova una.',
    other: 'Ha {maximum} app di autenticazione, e non ce ne stanno altre. Prima ne rimuova una.',
  },
  'totp.added': 'Questa app è già collegata.',
  'totp.add.title': 'Colleghi un’app di autenticazione',
  'totp.add.text':
    'Inquadri l’immagine con l’app di autenticazione del telefono. L’app mostra poi un codice che cambia di continuo.',
  'totp.add.picture': 'Codice QR per l’app di autenticazione',
  'totp.add.same_device': 'L’app è su questo dispositivo? La apra lì',
  'totp.add.by_hand': 'Non può inquadrarla? Scriva questa chiave nell’app:',
  'totp.add.copy': 'Copia la chiave',
  'totp.add.code': 'Codice che l’app mostra ora',
  'totp.add.name': 'Nome',
  'totp.add.name_hint': 'Per riconoscerla nel Suo account.',
  'totp.add.proposal': 'App di autenticazione',
  'totp.add.proposal_more': 'App di autenticazione {number}',
  'totp.add.submit': 'Collega',

  'backup_codes.title': 'Usi un codice di riserva',
  'backup_codes.code': 'Codice di riserva',
  'backup_codes.hint': 'Otto lettere e cifre dall’elenco che ha salvato. Ognuno vale una volta.',
  'backup_codes.wrong': 'Questo codice non è nel Suo elenco. Lo controlli lettera per lettera.',
  'backup_codes.reused': 'Questo codice è già stato usato. Prenda il prossimo dell’elenco.',
  'backup_codes.not_saved': 'Spunti la casella quando i codici sono al sicuro.',
  'backup_codes.added': 'Questi codici sono già salvati.',
  'backup_codes.add.title': 'Salvi i Suoi codici di riserva',
  'backup_codes.add.text':
    'Se perde il telefono, ogni codice La fa entrare una volta. Non potremo mostrarli di nuovo.',
  'backup_codes.add.replaces': 'Appena finisce, i codici precedenti non valgono più.',
  'backup_codes.add.download': 'Scarica',
  'backup_codes.add.copy': 'Copia',
  'backup_codes.add.print': 'Stampa',
  'backup_codes.add.saved': 'Ho salvato questi codici in un posto sicuro',
  'backup_codes.add.submit': 'Fine',

  'mail.passkey_doubted.subject': 'Controlli una passkey del Suo account {brand}',
  'mail.passkey_doubted.title': 'Potrebbe esserci una copia della Sua passkey',
  'mail.passkey_doubted.what':
    'Qualcuno ha effettuato l’accesso al Suo account {brand} con la passkey {name}. Il contatore della passkey non è avanzato come doveva. Succede quando una chiave di sicurezza viene reimpostata, o quando qualcuno ne ha una copia.',
  'mail.passkey_doubted.do':
    'È stato Lei? Allora va tutto bene: alla prossima modifica Le chiederemo, una volta sola, un altro modo di accedere oltre a questo. Altrimenti rimuova subito questa passkey.',
  'mail.passkey_doubted.action': 'Vedi le mie passkey',
  'mail.passkey_doubted.when': 'È successo il {when}, con {device}, dalla rete {network}.',
  'mail.backup_code_used.subject': 'Un codice di riserva ha aperto il Suo account {brand}',
  'mail.backup_code_used.title': 'È stato usato un codice di riserva',
  'mail.backup_code_used.what':
    'Qualcuno è entrato nel Suo account {brand} con uno dei Suoi codici di riserva.',
  'mail.backup_code_used.left': {
    by: 'left',
    one: 'Le resta {left} codice. Ne crei presto di nuovi.',
    many: 'Le restano {left} codici.',
    other: 'Le restano {left} codici.',
  },
  'mail.backup_code_used.none_left': 'Era l’ultimo. Ne crei subito di nuovi.',
  'mail.backup_code_used.do':
    'È stato Lei? Allora va tutto bene. Se no, qualcuno ha i Suoi codici: ne crei di nuovi e cambi la password.',
  'mail.backup_code_used.action': 'Crea nuovi codici',
  'mail.backup_code_used.when': 'È successo il {when}, dalla rete {network}.',

  'other_person.title': 'Serve un altro account',
  'other_person.text': '{app} chiede un account diverso da {email}. L’accesso non è avvenuto.',
  'other_person.again': 'Accedi con un altro account',
  'may_use.title': 'Non può usare questa app',
  'may_use.app': '{email} non ha accesso a {app}.',
  'may_use.scopes': '{app} chiede un accesso che {email} non ha.',
  'may_use.contact': 'Se Le serve l’accesso, chieda a {contact}.',
  'may_use.nobody': 'Se Le serve l’accesso, chieda a chi gestisce {app}.',
  'required.new_tab': '(si apre in una nuova scheda)',
  'select_account.title': 'Scelga un account',
  'select_account.stay': 'Continua come {name}',
  'select_account.another': 'Usa un altro account',
  'identity.note': 'Acceda una volta come {email}. Poi {provider} è collegato a questo account.',
  'identity.connect.title': 'Collega {provider}',
  'identity.connect.exists':
    'Qui c’è un account con l’indirizzo {address}. Acceda una volta come sempre. Poi {provider} è collegato ad esso.',
  'identity.connect.proved': 'Ha effettuato l’accesso come {email}. Collegare {provider} a questo account?',
  'identity.connect.means.ways': 'D’ora in poi anche {provider} Le dà accesso qui.',
  'identity.connect.means.stay': 'Gli altri modi di accedere restano, anche il secondo passaggio.',
  'identity.connect.means.learns':
    '{provider} non riceve mai la Sua password. Sa quando accede qui con esso.',
  'identity.connect.means.undo': 'Può toglierlo di nuovo nel Suo account.',
  'identity.connect.submit': 'Collega {provider}',
  'identity.connect.skip': 'Non ora',
  'identity.code.text':
    'Abbiamo inviato un’e-mail a {address}. Scriva qui il codice che contiene. Vale per {valid}.',
  'identity.code.why': '{provider} non garantisce per questo indirizzo, perciò lo verifichiamo noi.',
  'identity.create.title': 'Crea il Suo account',
  'identity.create.text':
    '{provider} ci ha detto questo di Lei. Controlli che cosa deve avere qui il Suo account.',
  'identity.create.language': 'Lingua: {language}',
  'identity.create.picture': 'Prendi l’immagine da {host}',
  'identity.create.later':
    'D’ora in poi {provider} Le dà accesso qui. Può aggiungere più tardi una password o una passkey nel Suo account.',
  'upstream.failed.cancelled': 'Ha annullato presso {provider}. Riprovi, o usi un altro modo.',
  'upstream.failed.refused': '{provider} non L’ha fatta entrare. Riprovi, o usi un altro modo.',
  'upstream.failed.unreachable':
    '{provider} al momento non risponde. Usi un altro modo, o riprovi più tardi.',
  'upstream.failed.invalid':
    'Non è stato possibile verificare la risposta di {provider}. Riprovi, o usi un altro modo.',
  'upstream.failed.no_email':
    '{provider} non ci ha dato un indirizzo e-mail. Ne aggiunga uno lì, o usi un altro modo.',
  'upstream.failed.not_allowed':
    'Con questo account di {provider} qui non si entra. Ne usi un altro, o un altro modo.',
  'upstream.failed.stale': '{provider} non Le ha chiesto di nuovo chi è. Riprovi, o usi un altro modo.',
  'upstream.failed.gone': 'Questo modo di accedere non è più offerto. Ne usi un altro.',
  'unknown_identity.title': 'Nessun account è collegato',
  'unknown_identity.text':
    '{provider} ha confermato chi è Lei, ma qui nessun account è collegato. L’accesso non è avvenuto.',
  'unknown_identity.other': 'Accedi in un altro modo',
  'away.wrong': 'Non è stato confermato chi è Lei. Riprovi, o usi un altro modo.',

  'consent.title': 'Permettere a {app} di usare il Suo account {brand}?',
  'consent.who': 'accesso come {email}',
  'consent.switch': 'Cambia account',
  'consent.at': 'Presso {name}',
  'consent.allow': 'Permetti',
  'consent.deny': 'Annulla',
  'consent.go': 'Andrà su {host}.',
  'consent.read_both': 'Legga {terms} e {policy}.',
  'consent.read_one': 'Da leggere: {document}.',
  'consent.terms': 'condizioni',
  'consent.policy': 'informativa sulla privacy',
  'consent.undo': 'Può annullarlo in ogni momento in {link}.',

  'scope.openid': 'Sapere chi è Lei',
  'scope.openid_hint': 'Un numero che indica il Suo account, perché l’app La riconosca quando torna',
  'scope.profile': 'Vedere il Suo nome e profilo',
  'scope.email': 'Vedere il Suo indirizzo e-mail',
  'scope.address': 'Vedere il Suo indirizzo postale',
  'scope.phone': 'Vedere il Suo numero di telefono',
  'scope.roles': 'Vedere i Suoi ruoli',
  'scope.groups': 'Vedere i Suoi gruppi',
  'scope.claim': 'Vedere «{claim}» dal Suo profilo',
  'scope.offline_access': 'Restare collegata in Sua assenza',

  'first_administrator.title': 'Crei il primo account',
  'first_administrator.text':
    'Qui nessuno ha ancora un account. Il Suo sarà di amministratore. Persone e app si gestiscono con comandi sul server.',

  'welcome.title': 'Gatehouse è in funzione',
  'welcome.text':
    'Qui nessuno ha ancora un account. Il link per creare il primo è apparso dove il server è stato avviato.',
  'welcome.again': 'Vale una volta, per un’ora. Questo comando sul server ne mostra uno nuovo:',

  'set_password.title': 'Scelga la Sua password',
  'set_password.text': 'Da allora accederà con questa e con la Sua e-mail.',
  'password.save': 'Salva questa password',

  'users.email_taken': 'Questo indirizzo ha già un account. Ne usi un altro.',
  'users.username_taken': 'Questo nome utente non è disponibile. Ne scelga un altro.',
  'users.username_malformed':
    'Un nome utente è composto da lettere di un solo alfabeto e da cifre; tra di esse può esserci un punto, un trattino o un trattino basso.',
  'users.email_malformed': 'Un indirizzo e-mail ha una @ e un punto: ana@example.com.',
  'users.name_missing': 'Scriva il Suo nome.',

  'go_on.to': 'Continua su {app}',
  'go_on.text': 'Avviene da sé. Altrimenti prema il pulsante.',
  'go_on.other_person':
    'In questo browser aveva fatto l’accesso un’altra persona. Prima ne viene chiuso l’accesso.',

  'sign_out.title': 'Uscire?',
  'sign_out.text': 'Ha fatto l’accesso come {email}.',
  'sign_out.asked': '{app} chiede di farLa uscire da {brand} in questo browser.',
  'sign_out.plain': 'In questo modo uscirà da {brand} in questo browser.',
  'sign_out.yes': 'Esci',
  'sign_out.no': 'Resta connesso',
  'sign_out.wrong_address':
    'L’indirizzo a cui questa app vuole mandarLa dopo non è registrato, quindi resterà qui.',
  'sign_out.wrong_hint': 'Ciò che questa app indica sul Suo accesso non è valido.',
  'sign_out.wrong_app': 'L’app che L’ha mandata qui non esiste più.',

  'signed_out.title': 'È uscito',
  'signed_out.text':
    'È uscito da {brand} in questo browser. Forse è ancora collegato alle app: esca anche da quelle.',
  'signed_out.app': 'Può chiudere questa pagina, o tornare a {app} e accedere di nuovo.',
  'signed_out.account': 'Acceda al Suo account',
  'signed_out.still_title': 'L’accesso è ancora attivo',
  'signed_out.still': 'Il Suo accesso a {brand} resta attivo in questo browser.',
  'signed_out.still_app':
    'L’accesso di {app} è terminato. Il Suo accesso a {brand} resta attivo in questo browser.',

  'account.nav': 'Il Suo account',
  'account.overview': 'Panoramica',
  'account.sessions': 'Sessioni',
  'account.applications': 'App collegate',

  'overview.title': 'Il Suo account',
  'overview.who': 'Chi è Lei',
  'overview.name': 'Nome',
  'overview.email': 'E-mail',
  'overview.verified': 'Confermata',
  'overview.unverified': 'Non ancora confermata',
  'overview.role': 'Ruolo',
  'overview.administrator': 'Amministratore',
  'overview.administrator_hint': 'Persone e app si gestiscono con comandi sul server:',
  'overview.access': 'Chi ha accesso',
  'overview.sessions': {
    by: 'count',
    one: 'Un browser è connesso.',
    many: '{count} browser sono connessi.',
    other: '{count} browser sono connessi.',
  },
  'overview.sessions_none': 'Nessun browser è connesso.',
  'overview.applications': {
    by: 'count',
    one: 'Un’app è collegata.',
    many: '{count} app sono collegate.',
    other: '{count} app sono collegate.',
  },
  'overview.applications_none': 'Nessuna app è collegata.',
  'overview.see_sessions': 'Vedi le sessioni',
  'overview.see_applications': 'Vedi le app',

  'sessions.title': 'Dove ha fatto l’accesso',
  'sessions.text':
    'Chiudere una sessione fa uscire subito quel browser. Non è Sua? La chiuda, poi cambi la password.',
  'sessions.this_device': 'Questo dispositivo',
  'sessions.seen': 'Vista l’ultima volta: {seen}',
  'sessions.since': 'Dal {since}',
  'sessions.apps': 'Usata per {apps}',
  'sessions.end': 'Chiudi questa',
  'sessions.end_others': 'Chiudi tutte le altre sessioni',
  'sessions.none': 'Non ha fatto l’accesso in nessun altro posto.',
  'sessions.ended': 'Quella sessione è chiusa.',
  'sessions.others_ended': 'Tutte le altre sessioni sono chiuse.',

  'applications.title': 'App collegate',
  'applications.text':
    'Queste app possono usare il Suo account. Se ne scollega una, dovrà chiedere di nuovo.',
  'applications.since': 'Dal {since}',
  'applications.used': 'Ultimo uso: {used}',
  'applications.withdraw': 'Scollega',
  'applications.none': 'Nessuna app è collegata. Quando accede a un’app con questo account, comparirà qui.',
  'applications.withdrawn': '{app} è scollegata. Deve chiedere prima di usare di nuovo il Suo account.',

  'account.profile': 'Profilo',
  'account.security': 'Sicurezza',
  'account.data': 'I Suoi dati',
  'account.again': 'Grazie. Ora prema di nuovo il pulsante.',

  'profile.title': 'Il Suo profilo',
  'profile.text':
    'Le app a cui permette di vedere il profilo ricevono ciò che è scritto qui. Lasci vuoto ciò che nessuno deve vedere.',
  'profile.group.name': 'Nome',
  'profile.group.about': 'Su di Lei',
  'profile.group.place': 'Lingua e ora',
  'profile.group.contact': 'Telefono e indirizzo',
  'profile.fixed': 'Anche nel Suo profilo',
  'profile.fixed_text': 'Solo chi gestisce questo servizio può cambiarlo. Chieda a loro.',
  'profile.change_email': 'Cambia e-mail',
  'profile.confirm_email': 'Conferma e-mail',
  'profile.save': 'Salva',
  'profile.saved': 'Il Suo profilo è salvato.',
  'profile.email_changed': 'Il Suo indirizzo e-mail è confermato.',
  'profile.name': 'Nome completo',
  'profile.given_name': 'Nome di battesimo',
  'profile.middle_name': 'Secondo nome',
  'profile.family_name': 'Cognome',
  'profile.nickname': 'Come chiamarLa',
  'profile.preferred_username': 'Nome utente nelle app',
  'profile.gender': 'Genere',
  'profile.birthdate': 'Data di nascita',
  'profile.locale': 'Lingua',
  'profile.zoneinfo': 'Fuso orario',
  'profile.website': 'Sito web',
  'profile.profile': 'Pagina del profilo',
  'profile.picture': 'Immagine',
  'profile.phone_number': 'Numero di telefono',
  'profile.street_address': 'Via e numero',
  'profile.postal_code': 'Codice postale',
  'profile.locality': 'Località',
  'profile.region': 'Regione',
  'profile.country': 'Paese',
  'profile.language_of_browser': 'Quella chiesta dal browser',
  'profile.zone_none': 'Non impostato',
  'profile.hint.url': 'Un indirizzo che inizia con https://',
  'profile.hint.date': 'Anno, mese, giorno: 1984-02-29. O solo l’anno.',
  'profile.hint.phone': 'Con il prefisso del paese: +41 44 268 12 34',
  'profile.hint.language': 'Per queste pagine, le nostre e-mail e le app che la chiedono.',
  'profile.wrong.text': 'È troppo lungo, o ha un carattere che non si può mostrare.',
  'profile.wrong.lines': 'È troppo lungo, o ha un carattere che non si può mostrare.',
  'profile.wrong.url': 'Usi un indirizzo che inizia con https://',
  'profile.wrong.date': 'Scriva 1984-02-29, o solo l’anno.',
  'profile.wrong.phone': 'Inizi con + e il prefisso del paese: +41 44 268 12 34',
  'profile.wrong.language': 'Scelga una lingua dall’elenco.',
  'profile.wrong.zone': 'Scelga un fuso orario dall’elenco.',

  'account_password.title': 'Cambi la Sua password',
  'account_password.title_first': 'Scelga una password',
  'account_password.text': 'Gli altri dispositivi che saltano il secondo passo lo chiederanno di nuovo.',
  'account_password.current': 'Password attuale',
  'account_password.prove': 'Usa un altro modo',
  'account_password.wrong': 'Non è la Sua password attuale. La controlli, o usi un altro modo.',
  'account_password.end_others': 'Disconnetti ovunque altrove, anche dalle app',
  'account_password.end_others_hint': 'Senza la spunta, chi ha effettuato l’accesso altrove resta connesso.',

  'account_email.title': 'Cambi la Sua e-mail',
  'account_email.title_confirm': 'Confermi la Sua e-mail',
  'account_email.text':
    'La Sua e-mail ora è {email}. Mandiamo un link all’indirizzo qui sotto; nulla cambia finché non lo apre.',
  'account_email.new': 'Nuova e-mail',
  'account_email.submit': 'Invia il link',
  'account_email.same': 'È già la Sua e-mail. Scriva quella nuova.',
  'account_email.slow_down': 'Sono stati vari link di fila. Aspetti {wait}, poi riprovi.',
  'account_email.pending': 'Un link per {email} è in attesa. Uno nuovo lo annulla.',

  'email_sent.text': 'Abbiamo mandato un link a {email}. Vale una volta, per {valid}.',
  'email_sent.until': 'Finché non lo apre, la Sua e-mail resta com’è.',
  'email_sent.again': 'Invia un nuovo link',

  'email_confirm.title': 'Confermi questa e-mail',
  'email_confirm.text': '{email} sarà la Sua e-mail. Finora è {before}.',
  'email_confirm.same': '{email} è la Sua e-mail. Confermi che i messaggi Le arrivano.',
  'email_confirm.submit': 'Conferma',

  'email_undo.title': 'Annullare la modifica?',
  'email_undo.text': '{email} sarà di nuovo la Sua e-mail, e tutti i browser e le app usciranno.',
  'email_undo.submit': 'Annulla la modifica',
  'email_undo.not_needed': 'L’ha cambiata Lei? Chiuda questa pagina. Non è ancora successo nulla.',

  'email_undone.title': 'La Sua vecchia e-mail è tornata',
  'email_undone.text': 'Tutti i browser e le app sono usciti.',
  'email_undone.next':
    'Se l’ha cambiata qualcun altro, forse conosce la Sua password. Acceda e ne scelga una nuova.',
  'email_undone.submit': 'Accedi e cambia la mia password',

  'security.title': 'Sicurezza',
  'security.ways': 'Modi per accedere',
  'security.not_set_up': 'Non impostato',
  'security.ready': 'Pronto',
  'security.since': 'Dal {since}',
  'security.count': {
    by: 'count',
    one: '{count} impostato',
    many: '{count} impostati',
    other: '{count} impostati',
  },
  'security.left': {
    by: 'left',
    one: 'ancora {left}',
    many: 'ancora {left}',
    other: 'ancora {left}',
  },
  'security.add': 'Imposta',
  'security.add_more': 'Aggiungi un altro',
  'security.change': 'Cambia',
  'security.renew': 'Crea nuovi',
  'security.rename': 'Rinomina',
  'security.remove': 'Rimuovi',
  'security.second_factor': 'Secondo passo',
  'security.second_factor_on': 'Quando serve un secondo passo, chiediamo: {ways}.',
  'security.second_factor_off':
    'Accede con un solo passo. Un’app di autenticazione o una passkey ne aggiunge un secondo.',
  'security.devices': 'Dispositivi che saltano il secondo passo',
  'security.devices_text': 'Lì ha spuntato «Non chiedere più su questo dispositivo».',
  'security.device': 'Dal {since} · fino al {until}',
  'security.forget': 'Chiedi di nuovo',
  'security.forget_all': 'Chiedi di nuovo su tutti',
  'security.events': 'Che cosa è successo di recente',
  'security.events_text': 'Qualcosa qui non è stato Lei? Chiuda quella sessione, poi cambi la password.',
  'security.password_changed': 'La Sua password è cambiata. Glielo abbiamo scritto anche per e-mail.',
  'security.added': 'Il nuovo modo per accedere vale da ora.',
  'security.removed': 'Quel modo per accedere non c’è più.',
  'security.renamed': 'Il nuovo nome è salvato.',
  'security.device_forgotten': 'Quel dispositivo chiederà di nuovo.',
  'security.devices_forgotten': 'Tutti i dispositivi chiederanno di nuovo.',

  'event.removal_asked': 'Chiesta la rimozione di un dispositivo perso',
  'event.removal_cancelled': 'Annullata la rimozione di un dispositivo perso',
  'event.signed_in': 'Ha fatto l’accesso',
  'event.password_changed': 'La password è stata cambiata',
  'event.recovery_refused': 'Qualcuno ha provato un codice sbagliato per recuperare l’account',
  'event.new_device_ended': 'Ha detto che un nuovo dispositivo non era Suo; è stato disconnesso',
  'event.credential_denied': 'Ha detto che un nuovo modo di accedere non era Suo; è stato rimosso',
  'event.second_factor_rule_set':
    'Chi gestisce questo servizio ha cambiato se Le viene chiesto un secondo passo',
  'event.recovered': 'L’account è stato recuperato',
  'event.email_change_asked': 'È stato chiesto un cambio di e-mail',
  'event.email_changed': 'L’e-mail è stata cambiata',
  'event.email_change_undone': 'Un cambio di e-mail è stato annullato',
  'event.session_ended': 'Una sessione è stata chiusa',
  'event.other_sessions_ended': 'Tutte le altre sessioni sono state chiuse',
  'event.consent_withdrawn': 'Un’app è stata scollegata',
  'event.data_exported': 'Una copia dei dati è stata scaricata',
  'event.deletion_planned': 'È stata chiesta l’eliminazione dell’account',
  'event.deletion_cancelled': 'Lei è tornato; l’account resta',
  'event.device_forgotten': 'Un dispositivo chiede di nuovo il secondo passo',
  'event.passkey_doubted': 'La Sua passkey è stata usata, e potrebbe essercene una copia',
  'event.token_stolen': 'La chiave copiata di un’app è stata fermata',
  'event.way_added': '{way}: aggiunto',
  'event.way_removed': '{way}: rimosso',
  'event.way_refused': '{way}: un tentativo sbagliato',
  'event.second_factors_removed': 'Il Suo secondo passo è stato rimosso da chi gestisce questo servizio',

  'ways.last': 'È l’ultimo ingresso del Suo account. Prima ne imposti un altro.',
  'ways.busy': 'In questo momento si sta rimuovendo altro. Riprovi tra un momento.',
  'ways.name_missing': 'Scriva un nome con cui riconoscerlo.',

  'rename.title': 'Gli dia un nome',
  'rename.name': 'Nome',
  'rename.submit': 'Salva',

  'prove.title': 'Confermi che è Lei',
  'prove.also': 'Per questa modifica chiediamo anche:',
  'prove.also_one_of': 'Per questa modifica chiediamo anche una di queste:',
  'prove.after': 'Poi riprende esattamente da dove era.',
  'prove.none':
    'Niente di ciò che ha il Suo account basta per questa modifica. Chieda a chi gestisce questo sito.',
  'prove.back': 'Torna a Sicurezza',
  'lost.link': 'Non ce l’ho più',
  'lost.title': 'Ha perso il dispositivo?',
  'lost.text':
    'Ci chieda di rimuovere ciò che ha perso. Scriviamo a tutti i Suoi indirizzi e aspettiamo {delay}, così può fermare qualcun altro che lo chieda.',
  'lost.which': 'Che cosa ha perso?',
  'lost.submit': 'Chiedi la rimozione',
  'lost.operator': 'Qui può rimuoverlo solo chi gestisce questo sito. Si rivolga a loro.',
  'lost.choose': 'Scelga ciò che ha perso.',
  'lost.have_more': 'Dimostri prima ciò che ha ancora, oppure indichi che ha perso anche quello.',
  'lost.too_often': 'È stato appena chiesto più volte. Aspetti un’ora e riprovi.',
  'lost.waiting_title': 'Una rimozione è in attesa',
  'lost.waiting': 'Dal {due} il Suo account non avrà più: {ways}.',
  'lost.asked_by': 'È stato chiesto il {when}, dalla rete {network}.',
  'lost.keep': 'Ce l’ho ancora: annulla',
  'lost.until': 'Fino ad allora può annullare qui o con il link nell’e-mail.',
  'lost.cancel_title': 'Annullare questa rimozione?',
  'lost.cancel_text': 'Il Suo account conserva: {ways}.',
  'lost.cancelled_title': 'La rimozione è annullata',
  'lost.cancelled_text':
    'Non cambia nulla. Non è stato Lei? Allora qualcuno conosce la Sua password: la cambi subito.',
  'lost.change_password': 'Cambia la mia password',
  'remove.title': 'Rimuovere un modo per accedere',
  'remove.refused': 'Questo deve restare',
  'remove.text': 'Non potrà più accedere così: {way}.',
  'remove.keep': 'Conserva',

  'data.title': 'I Suoi dati',
  'data.copy': 'Una copia per Lei',
  'data.copy_text':
    'Tutto ciò che abbiamo su di Lei, in un file: profilo, modi per accedere, sessioni, app, ciò che è successo.',
  'data.download': 'Scarica (JSON)',
  'data.delete': 'La fine',
  'data.delete_text': 'Può eliminare l’account e tutto ciò che ha di personale.',
  'data.delete_begin': 'Elimina il mio account',

  'account_delete.title': 'Eliminare il Suo account?',
  'account_delete.text':
    'Così si elimina l’account di {email}: profilo, modi per accedere, sessioni, app collegate.',
  'account_delete.grace': {
    by: 'days',
    one: 'Esce subito ovunque. L’account si elimina dopo {days} giorno; se accede prima, resta.',
    many: 'Esce subito ovunque. L’account si elimina dopo {days} giorni; se accede prima, resta.',
    other: 'Esce subito ovunque. L’account si elimina dopo {days} giorni; se accede prima, resta.',
  },
  'account_delete.log':
    'Il nostro registro di sicurezza conserva ciò che è successo, con un numero senza il Suo nome.',
  'account_delete.sure': 'Sì, elimina il mio account e tutto ciò che contiene',
  'account_delete.sure_missing': 'Spunti la casella se lo vuole davvero.',
  'account_delete.last_administrator':
    'Lei è la sola persona che amministra questo servizio, perciò il Suo account non si può eliminare. Prima nomini qualcun altro.',
  'account_delete.submit': 'Elimina il mio account',

  'deletion_planned.title': 'Il Suo account sarà eliminato',
  'deletion_planned.text': {
    by: 'days',
    one: 'È uscito ovunque. Tra {days} giorno tutto ciò che è personale sparirà.',
    many: 'È uscito ovunque. Tra {days} giorni tutto ciò che è personale sparirà.',
    other: 'È uscito ovunque. Tra {days} giorni tutto ciò che è personale sparirà.',
  },
  'deletion_planned.undo': 'Ha cambiato idea? Acceda prima di allora, e l’account resta.',
  'deletion_planned.submit': 'Accedi e conservalo',

  'error.reference': 'Riferimento {id}',
  'error.tell': 'Segnala un problema',
  'error.to_account': 'Vai al Suo account',
  'error.back_to': 'Torna a {app}',
  'error.start_again': 'Ricomincia',
  'error.wait': 'Riprovi tra {wait}.',
  'error.expired.title': 'Questa pagina è rimasta aperta troppo a lungo',
  'error.expired.text': 'Nulla è andato perso. Ricominci dall’app da cui è venuto.',
  'error.not_found.title': 'Qui non c’è nessuna pagina',
  'error.not_found.text':
    'Forse l’indirizzo è cambiato, o contiene un errore di battitura. Il Suo account è al sicuro.',
  'error.refused.title': 'Da qui non si può continuare',
  'error.refused.text': 'Non si può rispondere alla richiesta dell’app. Nulla è stato condiviso.',
  'error.refused.again': 'Torni indietro e riprovi.',
  'error.refused.app':
    'Riprovare non serve: chi gestisce l’app deve cambiare qualcosa. Lo segnali, con il riferimento qui sotto.',
  'error.broken.title': 'Qualcosa si è rotto da parte nostra',
  'error.broken.text': 'Non è colpa Sua, e l’account è al sicuro. Riprovi tra un momento.',
  'error.busy.title': 'In questo momento c’è molto da fare',
  'error.busy.text': 'Nulla è andato perso.',
  'error.too_many.title': 'È stato molto in una volta',
  'error.too_many.text': 'Rallentiamo per proteggere gli account. Nulla è bloccato.',
  'error.bad_request.title': 'Non siamo riusciti a leggerlo',
  'error.bad_request.text': 'Ciò che il browser ha mandato non è arrivato intero. Torni indietro e riprovi.',
  'error.link_used.title': 'Questo link non vale più',
  'error.link_used.text': 'Ogni link vale una volta, per poco tempo. Ne chieda uno nuovo.',
  'error.other_browser.title': 'Questo accesso è stato iniziato in un altro browser',
  'error.other_browser.text':
    'Qui non è cambiato nulla. Continui nel browser in cui ha iniziato oppure ricominci in questo.',
  'error.signed_in_already.title': 'Ha fatto l’accesso',
  'error.signed_in_already.text': 'Questo accesso è concluso. In questa pagina non resta nulla da fare.',
  'error.wrong.client': 'L’app non è registrata qui, oppure è stata disattivata.',
  'error.wrong.redirect_uri': 'L’indirizzo a cui l’app vuole mandarLa non è registrato qui.',
  'error.wrong.missing': 'Nella sua richiesta manca qualcosa: {names}',
  'error.wrong.twice': 'Nella sua richiesta qualcosa compare più di una volta: {names}',
  'error.wrong.way': 'Usa un tipo di richiesta che questo server non offre.',
  'error.wrong.request_uri':
    'La richiesta che l’app aveva preparato è scaduta o è già stata usata. Ricominci dall’app.',
  'error.wrong.sign_out': 'L’uscita è già avvenuta, oppure la pagina è rimasta aperta troppo a lungo.',
  'error.wrong.too_long': 'L’indirizzo è più lungo di quanto accettiamo.',
  'error.wrong.too_large': 'È stato inviato più di quanto accettiamo.',
  'error.wrong.other_site': 'Il modulo è stato inviato da un altro sito.',
  'error_class.request.title': 'La richiesta dell’app non era corretta',
  'error_class.request.text':
    'Mancava qualcosa, o era scritto in un modo che non possiamo leggere. Chi sviluppa l’app può rimediare.',
  'error_class.client.title': 'L’app non ha dimostrato la propria identità',
  'error_class.client.text':
    'Non è registrata qui, il suo segreto o la sua chiave non corrispondono, oppure non può fare richieste in questo modo. Chi gestisce l’app può rimediare.',
  'error_class.access.title': 'L’app ha chiesto un accesso che non può avere',
  'error_class.access.text':
    'Ciò che ha chiesto qui non esiste, o l’app non è configurata per averlo. Chi gestisce l’app può rimediare.',
  'error_class.grant.title': 'L’app non può continuare con un vecchio accesso',
  'error_class.grant.text':
    'Ciò che ha mostrato è scaduto, già usato o terminato. Acceda all’app ancora una volta.',
  'error_class.person.title': 'L’app ha bisogno della Sua presenza',
  'error_class.person.text':
    'Voleva continuare senza mostrare una pagina, ma prima qualcuno deve accedere, scegliere un account o dare il consenso. Apra l’app e acceda.',
  'error_class.denied.title': 'L’accesso è stato interrotto',
  'error_class.denied.text':
    'Qualcuno è tornato indietro o ha detto di no, oppure non c’era nulla a cui l’app abbia diritto. Non è stato condiviso nulla.',
  'error_class.key.title': 'La prova della chiave dell’app non è valida',
  'error_class.key.text': 'Mancava, era troppo vecchia o fatta per altro. Chi sviluppa l’app può rimediare.',
  'error_class.developer': 'Per chi sviluppa o gestisce l’app',
  'error_class.log':
    'Con questo riferimento, il log di questo server contiene una riga che dice esattamente che cosa non andava.',
  'error_class.read': 'Che cosa significa ogni motivo, e che cosa fare: {document}',

  'mailbox.title': 'Casella di posta',
  'mailbox.text':
    'Le e-mail mandate da questa installazione. Solo questo computer può vederle; nulla ne esce.',
  'mailbox.none': 'Nessuna e-mail è stata ancora mandata.',
  'mailbox.to': 'A {to} · {date}',
  'mailbox.here': 'Da questo computer non parte nulla. Le e-mail sono qui: {link}',
  'mailbox.filter': 'Indirizzo o oggetto',
  'mailbox.reload': 'Aggiorna',
  'mailbox.none_found': 'Nessuna e-mail corrisponde.',
  'mailbox.as_seen': 'Anteprima',
  'mailbox.as_text': 'Testo',

  'email.title': 'Acceda per e-mail',
  'email.text': 'Le mandiamo un link e un codice di 6 cifre. Basta uno dei due.',
  'email.text_open': 'È la prima volta? Con la stessa e-mail crea il Suo account.',
  'email.submit': 'Mandami l’e-mail',
  'email.wrong': 'Questo codice non corrisponde. Guardi l’e-mail più recente e scriva tutte e sei le cifre.',
  'email.check_code': 'Controlli questo codice.',
  'email.nothing_yet': 'Non l’ha chiesto Lei? Chiuda questa pagina. Non è ancora successo nulla.',
  'email.sent.title': 'Controlli la Sua posta',
  'email.sent.text':
    'Se {address} ha un account, abbiamo mandato un link e un codice di 6 cifre. Valgono entrambi per {valid}.',
  'email.sent.text_open':
    'Se {address} si può usare qui, abbiamo mandato un link e un codice di 6 cifre. Valgono entrambi per {valid}.',
  'email.sent.code': 'Codice dell’e-mail',
  'email.sent.hint': 'Apra il link in questo browser, o scriva qui il codice.',
  'email.sent.nothing': 'Non c’è niente? Guardi nella posta indesiderata e controlli l’indirizzo qui sopra.',
  'email.sent.again': 'Invia un nuovo codice',
  'email.away.title': 'Il nostro server di posta non risponde',
  'email.away.text':
    'La Sua e-mail è in attesa, e continuiamo a provare per {valid}. Usi un altro modo, o riprovi tra un momento.',
  'email.link.title': 'Concluda l’accesso',
  'email.link.text': 'Ha chiesto di accedere come {address}, {age} fa, da questo browser.',
  'email.link.text_app': 'Ha chiesto di accedere a {app} come {address}, {age} fa, da questo browser.',
  'email.link.submit_app': 'Accedi a {app}',
  'email.elsewhere.title': 'Scriva questo codice dove ha iniziato',
  'email.elsewhere.text': 'Questo non è il browser in cui ha iniziato. Per concludere lì, scriva:',
  'email.elsewhere.hint':
    'Vale una volta, ancora {valid}. Non lo legga mai a nessuno: {brand} non lo chiederà.',
  'email.elsewhere.submit': 'Accedi invece su questo dispositivo',
  'email.here.title': 'Accedere su questo dispositivo?',
  'email.here.text': 'Così si apre qui il Suo account {brand}, come {address}.',
  'email.here.new': 'Così si crea qui un account {brand}, con l’indirizzo {address}.',
  'email.here.then': 'La pagina dove ha iniziato avrà bisogno di un nuovo codice.',
  'email.here.submit': 'Accedi qui',
  'email.here.back': 'Mostra di nuovo il codice',

  'mail.sent_by': 'Inviato da {host}',

  'mail.sign_in.subject': '{code} è il Suo codice {brand}',
  'mail.sign_in.preheader': '{code} – lo scriva, o usi il link. Valgono entrambi per {valid}.',
  'mail.sign_in.title': 'Acceda al Suo account',
  'mail.sign_in.title_app': 'Acceda a {app}',
  'mail.sign_in.code': 'Scriva questo codice dove ha iniziato:',
  'mail.sign_in.action': 'Oppure acceda a {host} con questo link',
  'mail.sign_in.when': 'Chiesto il {when}, con {device}, dalla rete {network}. Vale una volta, per {valid}.',
  'mail.sign_in.safe':
    'Non è stato Lei? Elimini questa e-mail. Senza, nessuno può entrare. Non legga mai il codice a nessuno.',

  'mail.link_used.subject': 'Ha fatto l’accesso a {brand} su un altro dispositivo',
  'mail.link_used.title': 'Il nostro link è stato usato su un altro dispositivo',
  'mail.link_used.what':
    'Ha chiesto un link in un browser e lo ha usato in un altro: {device}. Il Suo account {brand} è aperto lì.',
  'mail.link_used.when': 'È successo il {when}, dalla rete {network}.',
  'mail.link_used.do': 'È stato Lei? Allora va tutto bene. Se no, chiuda subito quella sessione.',
  'mail.link_used.action': 'Vedi le mie sessioni',

  'mail.token_theft.subject': 'Abbiamo scollegato {app} dal Suo account',
  'mail.token_theft.title': 'Abbiamo scollegato {app}',
  'mail.token_theft.what':
    'Qualcuno ha usato la copia di una chiave che solo {app} dovrebbe avere. Per sicurezza, abbiamo chiuso il suo accesso all’account.',
  'mail.token_theft.when': 'Notato il {when}, dalla rete {network}.',
  'mail.token_theft.do':
    'Se usa {app}, vi acceda di nuovo. Guardi le Sue sessioni e chiuda quelle che non conosce.',
  'mail.token_theft.action': 'Vedi le mie sessioni',
  'mail.token_theft.safe': 'La Sua password non è stata usata e non è cambiata.',

  'mail.set_password.subject': 'Scelga la Sua password per {brand}',
  'mail.set_password.title': 'Scelga la Sua password',
  'mail.set_password.what': 'Ha un account presso {brand}. Scelga una password con cui accedere.',
  'mail.set_password.action': 'Scegli la mia password',
  'mail.set_password.when': 'Il link vale una volta, per {valid}.',
  'mail.set_password.safe':
    'Non sa di che cosa si tratta? Elimini questa e-mail. Non passi il link a nessuno: apre il Suo account.',

  'mail.password_changed.subject': 'La Sua password di {brand} è cambiata',
  'mail.password_set.subject': 'Il Suo account {brand} ora ha una password',
  'mail.password_set.title': 'La password è impostata',
  'mail.password_set.what':
    'Finora il Suo account {brand} non aveva una password. Da ora può accedere con essa.',
  'mail.password_changed.title': 'La Sua password è cambiata',
  'mail.password_changed.what': 'La password del Suo account {brand} è stata cambiata.',
  'mail.password_changed.when': 'È successo il {when}, dalla rete {network}.',
  'mail.password_changed.do': 'È stato Lei? Allora va tutto bene. Se no, ci contatti subito.',
  'mail.password_changed.action': 'Vedi il mio account',

  'mail.email_confirm.subject': 'Confermi la Sua e-mail per {brand}',
  'mail.email_confirm.title': 'Confermi la Sua e-mail',
  'mail.email_confirm.what':
    'Qualcuno che ha fatto l’accesso a {brand} vuole usare questo indirizzo per il proprio account.',
  'mail.email_confirm.action': 'Conferma questo indirizzo',
  'mail.email_confirm.valid': 'Il link vale una volta, per {valid}, e solo per quella persona.',
  'mail.email_confirm.safe': 'Non è stato Lei? Elimini questa e-mail, e non succede nulla.',

  'mail.email_changed.subject': 'L’e-mail del Suo account {brand} è cambiata',
  'mail.email_changed.title': 'La Sua e-mail è cambiata',
  'mail.email_changed.what': 'Da ora il Suo account {brand} ha un indirizzo e-mail diverso da questo.',
  'mail.email_changed.do': 'È stato Lei? Allora va tutto bene. Se no, annulli la modifica entro {valid}.',
  'mail.email_changed.action': 'Annulla la modifica',
  'mail.email_changed.safe': 'Annullando la modifica, tutti i browser e le app escono.',
  'mail.email_moved.subject': 'L’indirizzo e-mail del Suo account {brand}',
  'mail.email_moved.title_new': 'Questo è ora il Suo indirizzo',
  'mail.email_moved.what_new': 'Da ora il Suo account {brand} ha questo indirizzo e-mail.',
  'mail.email_moved.title_back': 'Il Suo vecchio indirizzo è tornato',
  'mail.email_moved.what_back':
    'La modifica dell’indirizzo e-mail del Suo account {brand} è stata annullata. Tutti i browser e le app sono disconnessi.',
  'mail.email_moved.title_gone': 'Questo indirizzo è stato tolto da un account',
  'mail.email_moved.what_gone':
    'La modifica che aveva dato questo indirizzo a un account {brand} è stata annullata dal vecchio indirizzo. Con questo non può più accedere.',

  'mail.email_in_use.subject': 'Il Suo indirizzo è stato scritto su {brand}',
  'mail.email_in_use.title': 'Ha già un account presso {brand}',
  'mail.email_in_use.what': 'Qualcuno voleva dare questo indirizzo a un altro account {brand}. Resta Suo.',
  'mail.email_in_use.do':
    'È stato Lei? Allora acceda con questo indirizzo, o prima ne dia un altro a questo account.',
  'mail.email_in_use.safe': 'Nulla è cambiato, e nessuno ha saputo che ha un account.',

  'mail.removal_asked.subject': 'L’ha perso? Una rimozione dal Suo account {brand}',
  'mail.removal_asked.title': 'Qualcuno dice che Lei l’ha perso',
  'mail.removal_asked.what':
    'Qualcuno che conosce la Sua password ci ha chiesto di rimuovere questo dal Suo account {brand}: {ways}. Lo faremo il {due}.',
  'mail.removal_asked.do':
    'È stato Lei? Allora va tutto bene. Altrimenti annulli subito e cambi la password.',
  'mail.removal_asked.action': 'Annulla la rimozione',
  'mail.removal_asked.when': 'Chiesto il {when}, con {device}, dalla rete {network}.',
  'mail.removal_cancelled.subject': 'La rimozione dal Suo account {brand} è annullata',
  'mail.removal_cancelled.title': 'Non viene rimosso nulla',
  'mail.removal_cancelled.what': 'Il Suo account {brand} conserva: {ways}.',
  'mail.removal_cancelled.do': 'Se non è stato Lei a chiederlo, qualcuno conosce la Sua password: la cambi.',
  'mail.deletion_planned.subject': 'Il Suo account {brand} sarà eliminato',
  'mail.deletion_planned.title': 'Il Suo account sarà eliminato',
  'mail.deletion_planned.what':
    'Il Suo account {brand} e tutto ciò che ha di personale saranno eliminati il {due}.',
  'mail.deletion_planned.undo': 'Non è stato Lei, o ha cambiato idea? Acceda prima di allora, e resta.',
  'mail.deletion_planned.action': 'Accedi e conservalo',
  'mail.deletion_planned.from': 'È stato chiesto dalla rete {network}.',

  'mail.deletion_cancelled.subject': 'Il Suo account {brand} resta',
  'mail.deletion_cancelled.title': 'Il Suo account resta',
  'mail.deletion_cancelled.what':
    'Ha fatto di nuovo l’accesso, quindi il Suo account {brand} non sarà eliminato.',
  'mail.deletion_cancelled.do':
    'Non è stato Lei? Allora qualcuno sa accedere al Suo posto: cambi la password.',

  'mail.deletion_done.subject': 'Il Suo account {brand} è eliminato',
  'mail.deletion_done.title': 'Il Suo account è eliminato',
  'mail.deletion_done.what':
    'Il Suo account {brand} e tutto ciò che conteneva di personale non esistono più.',
  'mail.deletion_done.action': 'Vai a {brand}',
  'mail.deletion_done.log':
    'Il nostro registro di sicurezza conserva ciò che è successo, con un numero senza il Suo nome.',

  'login.forgot': 'Password dimenticata?',
  'login.register': 'Crea un account',

  'entry.to_login': 'Torna all’accesso',
  'email.sent.another': 'Usa un altro indirizzo',
  'entry.elsewhere.title': 'Scriva questo codice dove ha iniziato',
  'entry.elsewhere.text': 'Ha aperto il link in un browser diverso da quello iniziale. Torni lì e scriva:',
  'entry.elsewhere.hint':
    'Vale per {valid}. Non lo dia a nessuno: {brand} non lo chiede mai per telefono o e-mail.',

  'recovery.text': 'Scriva il Suo indirizzo e-mail. Le manderemo un link e un codice.',
  'recovery.slow_down.title': 'Sono state varie e-mail di fila',
  'recovery.slow_down.text': 'Aspetti {wait}, poi chieda di nuovo. Le e-mail già mandate valgono ancora.',
  'recovery.sent':
    'Se {address} ha un account, abbiamo mandato un link e un codice di 6 cifre. Valgono entrambi per {valid}.',
  'recovery.link.text': 'L’ha chiesto in questo browser. Nulla cambia finché non ne ha scelta una.',
  'recovery.started.text':
    'Chi si occupa del Suo account {email} Le ha mandato questo link, per scegliere una nuova password.',
  'recovery.password.title': 'Scelga una nuova password',
  'recovery.password.ends': 'Sarà disconnesso ovunque, anche dalle app.',

  'new_device.title': 'Non è stato Lei?',
  'new_device.text':
    'Qualcuno è entrato nel Suo account da un nuovo dispositivo il {when}. Faccia uscire subito quel dispositivo:',
  'new_device.submit': 'Fai uscire quel dispositivo',
  'new_device.mine': 'È stato Lei? Chiuda questa pagina. Non è ancora successo nulla.',
  'new_device.ended.title': 'Quel dispositivo è uscito',
  'new_device.ended.text': 'Chi lo ha usato sapeva accedere al Suo posto. Scelga subito una nuova password.',
  'new_device.ended.recover': 'Scegli una nuova password',
  'new_credential.text':
    '{way} è stato aggiunto al Suo account il {when}. Lo rimuova ora e disconnetta tutti i browser e le app:',
  'new_credential.submit': 'Rimuovi e disconnetti ovunque',
  'new_credential.removed.title': 'È stato rimosso',
  'new_credential.removed.text':
    'Tutti i browser e le app sono disconnessi. Chi lo ha aggiunto sapeva accedere al Suo posto. Scelga ora una nuova password.',
  'added_lately.title': 'Riconosce tutto questo?',
  'added_lately.text':
    'Questi modi di accedere sono stati aggiunti negli ultimi 30 giorni. Rimuova ciò che non è Suo.',
  'added_lately.go_on': 'È tutto mio, continua',

  'mail.entry.when': 'Chiesto il {when} con {device}, dalla rete {network}. Vale per {valid}.',

  'mail.recovery.subject': '{code} è il Suo codice per una nuova password di {brand}',
  'mail.recovery.preheader': '{code} vale per {valid}.',
  'mail.recovery.title': 'Scelga una nuova password',
  'mail.recovery.code': 'Scriva questo codice dove l’ha chiesto, o prema il pulsante nello stesso browser.',
  'mail.recovery.action': 'Continua su {host}',
  'mail.recovery.safe': 'Non l’ha chiesto Lei? Elimini questa e-mail. La Sua password resta com’è.',

  'mail.second_factors_removed.subject': 'Il secondo passo del Suo account {brand} è stato rimosso',
  'mail.second_factors_removed.title': 'Il Suo secondo passo è stato rimosso',
  'mail.second_factors_removed.what':
    'Chi si occupa di {brand} ha rimosso il secondo passo del Suo account: {ways}. Da ora accede senza, e ogni dispositivo che lo saltava è stato dimenticato.',
  'mail.second_factors_removed.do':
    'L’ha chiesto Lei? Allora acceda e configuri un nuovo secondo passo. Se no, cambi la password e chieda a loro.',
  'mail.second_factors_removed.when': 'È successo il {when}.',
  'mail.recovery_started.subject': 'Scelga una nuova password per {brand}',
  'mail.recovery_started.title': 'Scelga una nuova password',
  'mail.recovery_started.what':
    'Chi si occupa di {brand} ha avviato il recupero del Suo account. Con questo link sceglie una nuova password; nessun altro la vede.',
  'mail.recovery_started.action': 'Recupera il mio account',
  'mail.recovery_started.safe':
    'Non se l’aspetta? Elimini questa e-mail e chieda a loro. Non passi il link a nessuno: apre il Suo account.',

  'mail.recovered.subject': 'Il Suo account {brand} è stato recuperato',
  'mail.recovered.title': 'Il Suo account è stato recuperato',
  'mail.recovered.what':
    'Qualcuno che legge la Sua posta ha scelto una nuova password per il Suo account {brand}.',
  'mail.recovered.ended': 'Tutti i dispositivi e tutte le app sono stati disconnessi.',
  'mail.recovered.do':
    'È stato Lei? Allora va tutto bene. Se no, protegga prima la Sua casella di posta, poi scelga un’altra password.',
  'mail.recovered.when': 'È successo il {when}, con {device}, dalla rete {network}.',

  'mail.new_device.subject': 'Nuovo accesso al Suo account {brand}: {device}',
  'mail.new_device.title': 'Un accesso da un nuovo dispositivo',
  'mail.new_device.what':
    'Qualcuno è entrato nel Suo account {brand} con {device}, da cui nessuno vi era mai entrato.',
  'mail.new_device.do': 'È stato Lei? Allora non c’è nulla da fare. Se no, faccia uscire quel dispositivo:',
  'mail.new_device.action': 'Non sono stato io',

  'registration.title': 'Crei un account',
  'registration.text':
    'Scriva il Suo indirizzo e-mail. Le manderemo un link e un codice, per sapere che è Suo.',
  'registration.invited': 'Ha ricevuto un invito. L’invito è per questo indirizzo:',
  'registration.have_one': 'Ho un account',
  'registration.domain':
    'Qui si usano solo indirizzi di alcuni domini. Usi quello della scuola o del lavoro.',
  'registration.sent':
    'Abbiamo mandato un’e-mail a {address}. Contiene ciò che serve per continuare e vale per {valid}.',
  'registration.link.title': 'Continuare verso il Suo nuovo account?',
  'registration.link.text':
    'L’ha chiesto in questo browser. L’account si crea quando avrà compilato la prossima pagina.',
  'registration.details.title': 'Il Suo nuovo account',
  'registration.details.name': 'Il Suo nome',
  'registration.details.submit': 'Crea il mio account',
  'registration.details.passkey': 'Usa una passkey invece di una password',
  'registration.details.by_mail': 'Accedi invece per e-mail, senza password',
  'registration.details.by_mail_text':
    'Accede con un link o un codice di un’e-mail. Può aggiungere una passkey o una password più tardi.',

  'mail.registration.subject': '{code} è il Suo codice per il nuovo account {brand}',
  'mail.registration.preheader': '{code} vale per {valid}.',
  'mail.registration.title': 'È il Suo indirizzo?',
  'mail.registration.code':
    'Scriva questo codice dove l’ha chiesto, o prema il pulsante nello stesso browser.',
  'mail.registration.action': 'Continua su {host}',
  'mail.registration.safe':
    'Non l’ha chiesto Lei? Elimini questa e-mail. Senza il codice non si crea alcun account.',

  'mail.identity_code.subject': '{code} è il Suo codice per {brand}',
  'mail.identity_code.code':
    'Scriva questo codice nella pagina in cui ha effettuato l’accesso con {provider}.',
  'mail.identity_code.safe':
    'Non l’ha chiesto Lei? Elimini questa e-mail. Senza il codice non succede nulla.',
  'mail.registration_known.subject': 'Ha già un account {brand}',
  'mail.registration_known.title': 'Ha già un account',
  'mail.registration_known.what':
    'Qualcuno voleva creare un account {brand} con questo indirizzo. Ne ha già uno, quindi non è stato creato.',
  'mail.registration_known.do':
    'È stato Lei? Allora acceda. Se non ricorda la password, lì ne scelga una nuova.',
  'mail.registration_known.action': 'Accedi',

  'mail.invitation.subject': 'Il Suo invito a {brand}',
  'mail.invitation.title': 'Ha ricevuto un invito',
  'mail.invitation.what':
    'È invitato a creare un account presso {brand}, con l’indirizzo a cui è arrivata questa e-mail.',
  'mail.invitation.action': 'Crea il mio account',
  'mail.invitation.safe': 'Non sa di che cosa si tratta? Elimini questa e-mail. Non succede nulla.',
};
