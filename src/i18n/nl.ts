import type { Messages } from './messages.ts';

/** Dutch. People are addressed as “u”. */
export const messages: Messages = {
  'page.title': '{title} – {brand}',
  'page.title_error': 'Fout: {title} – {brand}',

  'layout.you_are_on': 'U bent op {host}',
  'layout.seal': 'Het patroon is uit dit adres getekend.',
  'layout.where': 'Waar u bent',
  'layout.this_machine': 'deze computer',
  'layout.help': 'Hulp',
  'layout.privacy': 'Privacy',
  'layout.language': 'Taal',
  'layout.menu': 'Menu',
  'layout.check_field': 'Kijk dit veld na.',
  'layout.check_form.title': 'Kijk dit na',
  'layout.not_yet.title': 'Dat is nog niet gelukt',
  'layout.sign_out': 'Afmelden',

  'login.title': 'Aanmelden',
  'login.route': 'om verder te gaan naar {app} {host}',
  'login.route_account': 'om uw account te openen',
  'login.identifier': 'E-mail',
  'login.username': 'Gebruikersnaam',
  'login.username_or_email': 'Gebruikersnaam of e-mail',
  'login.not_you': 'Bent u dit niet?',
  'login.remember': 'Aangemeld blijven',
  'login.submit': 'Aanmelden',
  'login.others': 'Andere manieren om u aan te melden',
  'login.last_used': 'Hier het laatst gebruikt',
  'login.cancel': 'Annuleren en terug naar {app}',
  'login.refused.title': 'We konden u niet aanmelden',
  'login.refused.wrong': 'Dit e-mailadres en wachtwoord horen niet bij elkaar.',
  'login.refused.wrong_name': 'Deze naam en dit wachtwoord horen niet bij elkaar.',
  'login.refused.check': 'Kijk beide na en probeer het opnieuw.',
  'login.refused.check_or_other': 'Kijk beide na, of kies hieronder een andere manier.',
  'login.refused.slow_down': 'Dat waren veel pogingen achter elkaar. Wacht {wait} en probeer het opnieuw.',
  'login.refused.slow_down_or_other':
    'Dat waren veel pogingen achter elkaar. Wacht {wait}, of kies hieronder een andere manier.',
  'login.refused.busy': 'Er melden zich nu veel mensen aan. Probeer het over een ogenblik opnieuw.',
  'login.check_password': 'Kijk dit wachtwoord na.',
  'login.refused.expired':
    'Die pagina stond te lang open, of het antwoord was al gebruikt. Hier is een nieuwe.',

  'ways.count': {
    by: 'count',
    one: 'nog {count}',
    other: 'nog {count}',
  },

  'second_factor.remember_device': {
    by: 'days',
    one: 'Vraag het {days} dag niet meer op dit apparaat',
    other: 'Vraag het {days} dagen niet meer op dit apparaat',
  },

  'enrol.title': 'Voeg een tweede bewijs toe dat u het bent',
  'enrol.text': '{app} vraagt er meer dan een. Kies wat u past; het duurt een minuut.',
  'enrol.later': {
    by: 'left',
    one: 'Later (de laatste keer)',
    other: 'Later (nog {left} keer)',
  },

  'mail.way_changed.subject_enrolled': 'Toegevoegd aan uw account bij {brand}: {way}',
  'mail.way_changed.subject_removed': 'Verwijderd uit uw account bij {brand}: {way}',
  'mail.way_changed.title_enrolled': 'Er is een manier van aanmelden toegevoegd',
  'mail.way_changed.title_removed': 'Er is een manier van aanmelden verwijderd',
  'mail.way_changed.what_enrolled': 'Uw account bij {brand} heeft een nieuwe manier van aanmelden: {way}.',
  'mail.way_changed.what_removed': 'Uw account bij {brand} is een manier van aanmelden kwijt: {way}.',
  'mail.way_changed.when': 'Dit gebeurde op {when}, vanuit het netwerk {network}.',
  'mail.way_changed.do':
    'Was u dit? Dan is alles goed. Zo niet, wijzig dan uw wachtwoord en kijk uw manieren van aanmelden na.',
  'mail.way_changed.action': 'Mijn account bekijken',
  'mail.new_credential.do':
    'Was u dit? Dan is alles goed. Zo niet, verwijder het dan binnen 30 dagen; dat meldt ook elke browser en app af.',
  'mail.new_credential.action': 'Dat was ik niet',

  'mail.second_factor_failed.subject': 'Iemand wist uw wachtwoord van {brand}, maar de rest niet',
  'mail.second_factor_failed.title': 'Een aanmelding stopte halverwege',
  'mail.second_factor_failed.what':
    'Iemand gaf het juiste eerste antwoord voor uw account bij {brand}, om zich aan te melden bij {app}. Het tweede antwoord was fout, dus niemand kwam binnen.',
  'mail.second_factor_failed.when': 'Dit gebeurde op {when}, met {device}, vanuit het netwerk {network}.',
  'mail.second_factor_failed.do':
    'Was u dit? Probeer het dan gewoon opnieuw. Zo niet, wijzig dan nu uw wachtwoord: iemand anders weet het.',
  'mail.second_factor_failed.action': 'Mijn account bekijken',

  'passkey.title': 'Gebruik uw passkey',
  'passkey.text':
    'Uw apparaat vraagt om uw vingerafdruk, gezicht, schermvergrendeling of beveiligingssleutel.',
  'passkey.submit': 'Een passkey gebruiken',
  'passkey.none': 'Er is geen passkey gebruikt. Probeer het opnieuw, of meld u op een andere manier aan.',
  'passkey.wrong': 'Die passkey werkt hier niet. Probeer een andere, of een andere manier.',
  'passkey.script': 'Passkeys hebben JavaScript nodig. Zet het aan, of kies een andere manier.',
  'passkey.add.title': 'Een passkey bewaren',
  'passkey.add.submit': 'Een passkey bewaren',
  'passkey.offer.title': 'De volgende keer zonder wachtwoord?',
  'passkey.offer.text':
    'Bewaar een passkey op dit apparaat en meld u aan met uw vingerafdruk, gezicht of schermvergrendeling. Niemand kan hem ontfutselen of opnieuw gebruiken.',
  'passkey.offer.here_title': 'De volgende keer zonder het andere apparaat?',
  'passkey.offer.here_text':
    'U hebt zich aangemeld met een passkey van een ander apparaat. Bewaar er ook een op dit apparaat en meld u aan met uw vingerafdruk, gezicht of schermvergrendeling.',
  'passkey.offer.note': 'Iedereen die dit apparaat kan ontgrendelen, kan zich dan als u aanmelden.',
  'passkey.offer.submit': 'Een passkey bewaren',
  'passkey.offer.later': 'Niet nu',
  'passkey.offer.never': 'Niet meer vragen',
  'more_ways.title': 'De volgende keer sneller?',
  'more_ways.text':
    'Met een passkey of wachtwoord hoeft u niet op een bericht te wachten. Aanmelden via e-mail blijft werken.',
  'more_ways.password': 'Een wachtwoord kiezen',
  'more_ways.keep': 'Bij e-mail blijven',
  'more_ways.back': 'Terug naar de keuze',
  'passkey.none_saved': 'Er is geen passkey bewaard. Probeer het opnieuw, of ga zonder verder.',
  'passkey.not_saved': 'De passkey is niet bewaard. Probeer het opnieuw.',
  'passkey.expired': 'Dat duurde te lang. Probeer het opnieuw.',
  'passkey.saved_already': 'Dit apparaat heeft al een passkey van u.',
  'passkey.kind_refused': 'Passkeys van deze soort kunnen hier niet. Bewaar er een op een ander apparaat.',
  'passkey.synced': 'gekopieerd naar uw andere apparaten',
  'passkey.not_synced': 'alleen op dat apparaat',
  'passkey.second_only': 'alleen als tweede stap',
  'passkey.too_many': 'U hebt {maximum} passkeys, en meer passen er niet. Verwijder er eerst een.',

  'method.password.name': 'Wachtwoord',
  'method.passkey.name': 'Passkey',
  'method.email.name': 'Mail mij een aanmeldlink',
  'method.email.noun': 'Link en code per e-mail',

  'password.label': 'Wachtwoord',
  'password.new': 'Kies een wachtwoord',
  'password.again': 'Nog eens hetzelfde wachtwoord',
  'password.show': 'Tonen',
  'password.hide': 'Verbergen',
  'password.hint': {
    by: 'minimum',
    one: 'Minstens {minimum} teken. Een paar woorden met spaties werken goed.',
    other: 'Minstens {minimum} tekens. Een paar woorden met spaties werken goed.',
  },
  'password.too_short': {
    by: 'minimum',
    one: 'Gebruik minstens {minimum} teken. Een paar woorden met spaties werken goed.',
    other: 'Gebruik minstens {minimum} tekens. Een paar woorden met spaties werken goed.',
  },
  'password.too_long': 'Dat is langer dan we kunnen bewaren. Gebruik een korter wachtwoord.',
  'password.characters':
    'Er staat een teken in dat niet elk toetsenbord hetzelfde typt. Gebruik letters, cijfers en tekens.',
  'password.breached':
    'Veel mensen gebruiken dit wachtwoord, dus anderen proberen het eerst. Kies een ander.',
  'password.personal': 'Dit is vooral uw naam, uw e-mail of onze naam. Dat zouden anderen eerst proberen.',
  'password.differs': 'De twee wachtwoorden verschillen. Typ twee keer hetzelfde.',
  'password.missing': 'Typ een wachtwoord.',

  'layout.copied': 'Gekopieerd',

  'ways.signing_in_as': 'Aanmelden als {email}',
  'ways.cancel': 'Annuleren',

  'method.totp.name': 'Authenticator-app',
  'method.upstream.name': 'Een andere aanbieder',
  'method.backup-codes.name': 'Reservecodes',

  'totp.title': 'Nog een stap',
  'totp.code': 'Code uit uw authenticator-app',
  'layout.continue': 'Doorgaan',
  'totp.others': 'Hebt u de app niet bij de hand?',
  'totp.wrong': 'Die code klopt niet. Typ de code die de app nu toont.',
  'totp.reused': 'Die code is al gebruikt. Wacht op de volgende in de app.',
  'totp.too_many': {
    by: 'maximum',
    one: 'U hebt {maximum} authenticator-app, en meer passen er niet. Verwijder die eerst.',
    other: 'U hebt {maximum} authenticator-apps, en meer passen er niet. Verwijder er eerst een.',
  },
  'totp.added': 'Deze app is al gekoppeld.',
  'totp.add.title': 'Koppel een authenticator-app',
  'totp.add.text':
    'Scan de afbeelding met de authenticator-app op uw telefoon. De app toont dan een code die steeds verandert.',
  'totp.add.picture': 'QR-code voor uw authenticator-app',
  'totp.add.same_device': 'Staat de app op dit apparaat? Open hem daar',
  'totp.add.by_hand': 'Lukt scannen niet? Typ deze sleutel in de app:',
  'totp.add.copy': 'Kopieer de sleutel',
  'totp.add.code': 'Code die de app nu toont',
  'totp.add.name': 'Naam',
  'totp.add.name_hint': 'Zodat u hem in uw account herkent.',
  'totp.add.proposal': 'Authenticator-app',
  'totp.add.proposal_more': 'Authenticator-app {number}',
  'totp.add.submit': 'Koppelen',

  'backup_codes.title': 'Gebruik een reservecode',
  'backup_codes.code': 'Reservecode',
  'backup_codes.hint': 'Acht letters en cijfers van de lijst die u bewaarde. Elke code werkt één keer.',
  'backup_codes.wrong': 'Die code staat niet op uw lijst. Kijk hem letter voor letter na.',
  'backup_codes.reused': 'Die code is al gebruikt. Neem de volgende op uw lijst.',
  'backup_codes.not_saved': 'Vink het vakje aan als de codes op een veilige plek liggen.',
  'backup_codes.added': 'Deze codes zijn al bewaard.',
  'backup_codes.add.title': 'Bewaar uw reservecodes',
  'backup_codes.add.text':
    'Als u uw telefoon verliest, laat elke code u één keer binnen. We kunnen ze niet nog eens tonen.',
  'backup_codes.add.replaces': 'Zodra u klaar bent, werken uw eerdere codes niet meer.',
  'backup_codes.add.download': 'Downloaden',
  'backup_codes.add.copy': 'Kopiëren',
  'backup_codes.add.print': 'Afdrukken',
  'backup_codes.add.saved': 'Ik heb deze codes op een veilige plek bewaard',
  'backup_codes.add.submit': 'Voltooien',

  'mail.passkey_doubted.subject': 'Controleer een passkey van uw account bij {brand}',
  'mail.passkey_doubted.title': 'Misschien is er een kopie van uw passkey',
  'mail.passkey_doubted.what':
    'Iemand heeft zich bij uw account bij {brand} aangemeld met de passkey {name}. De teller ervan liep niet op zoals het hoort. Dat gebeurt als een beveiligingssleutel is gereset, of als iemand er een kopie van heeft.',
  'mail.passkey_doubted.do':
    'Was u het? Dan is alles goed: bij uw volgende wijziging vragen we u één keer om nog een andere manier van aanmelden. Zo niet, verwijder deze passkey dan nu.',
  'mail.passkey_doubted.action': 'Mijn passkeys bekijken',
  'mail.passkey_doubted.when': 'Dit gebeurde op {when}, met {device}, vanuit het netwerk {network}.',
  'mail.backup_code_used.subject': 'Een reservecode opende uw account bij {brand}',
  'mail.backup_code_used.title': 'Er is een reservecode gebruikt',
  'mail.backup_code_used.what':
    'Iemand meldde zich aan bij uw account van {brand} met een van uw reservecodes.',
  'mail.backup_code_used.left': {
    by: 'left',
    one: 'U hebt nog {left} code over. Maak snel nieuwe.',
    other: 'U hebt nog {left} codes over.',
  },
  'mail.backup_code_used.none_left': 'Dat was de laatste. Maak nu nieuwe.',
  'mail.backup_code_used.do':
    'Was u dit? Dan is alles goed. Zo niet, dan heeft iemand uw codes: maak nieuwe en wijzig uw wachtwoord.',
  'mail.backup_code_used.action': 'Nieuwe codes maken',
  'mail.backup_code_used.when': 'Dit gebeurde op {when}, vanuit het netwerk {network}.',

  'other_person.title': 'Er is een ander account nodig',
  'other_person.text': '{app} vraagt om een ander account dan {email}. U bent niet aangemeld.',
  'other_person.again': 'Aanmelden met een ander account',
  'may_use.title': 'U mag dit niet gebruiken',
  'may_use.app': '{email} heeft geen toegang tot {app}.',
  'may_use.scopes': '{app} vraagt om toegang die {email} niet heeft.',
  'may_use.contact': 'Hebt u toegang nodig, vraag het dan aan {contact}.',
  'may_use.nobody': 'Hebt u toegang nodig, vraag het dan aan wie {app} beheert.',
  'required.new_tab': '(opent in een nieuw tabblad)',
  'required.missing': 'Vul dit in.',
  'required.profile.title': 'Vul uw profiel aan',
  'required.profile.text': 'Dit is nodig voordat u verdergaat.',
  'required.email.title': 'Bevestig uw e-mailadres',
  'required.email.text':
    'We sturen een code van 6 cijfers naar {email}. Typ die hier om te laten zien dat het adres van u is.',
  'required.email.submit': 'Stuur mij de code',
  'required.email.sent': 'We hebben een code naar {email} gestuurd.',
  'required.email.change': 'Verkeerd adres? Wijzig het in uw account',
  'required.email.too_many': 'Er zijn te veel e-mails gevraagd. Wacht even en probeer het opnieuw.',
  'required.email.unavailable':
    'We kunnen nu geen e-mails sturen, dus u kunt niet verder. Vraag het aan wie deze site beheert.',
  'required.password.title': 'Kies een nieuw wachtwoord',
  'required.password.text':
    'Uw wachtwoord moet worden gewijzigd voordat u verdergaat. Het oude kunt u niet opnieuw gebruiken.',
  'required.password.same': 'Dit is uw oude wachtwoord. Kies een ander.',
  'terms.title': 'Lees en accepteer',
  'terms.text': 'Om verder te gaan moet u dit accepteren.',
  'terms.text_new':
    'Dit is gewijzigd sinds u het accepteerde. Om verder te gaan moet u de nieuwe versie accepteren.',
  'terms.accept': 'Accepteren',
  'terms.decline': 'Niet accepteren',
  'terms.changed': 'Er is een nieuwere versie. Lees die voordat u ze accepteert.',
  'select_account.title': 'Kies een account',
  'select_account.stay': 'Doorgaan als {name}',
  'select_account.another': 'Een ander account gebruiken',
  'identity.note': 'Meld u één keer aan als {email}. Daarna is {provider} aan dit account gekoppeld.',
  'identity.connect.title': '{provider} koppelen',
  'identity.connect.exists':
    'Er is hier een account met het adres {address}. Meld u daar één keer op de gewone manier aan. Daarna is {provider} eraan gekoppeld.',
  'identity.connect.proved': 'U bent aangemeld als {email}. {provider} aan dit account koppelen?',
  'identity.connect.means.ways': 'Vanaf nu meldt ook {provider} u hier aan.',
  'identity.connect.means.stay': 'Uw andere manieren van aanmelden blijven, uw tweede stap ook.',
  'identity.connect.means.learns':
    '{provider} krijgt nooit uw wachtwoord. Het verneemt wanneer u zich hier ermee aanmeldt.',
  'identity.connect.means.undo': 'U kunt het in uw account weer weghalen.',
  'identity.connect.submit': '{provider} koppelen',
  'identity.connect.skip': 'Nu niet',
  'identity.code.text':
    'We hebben een e-mail gestuurd naar {address}. Typ hier de code daaruit. Die werkt {valid}.',
  'identity.code.why': '{provider} staat niet in voor dit adres, daarom controleren we het zelf.',
  'identity.code.still': 'Accounts hangen hier af van dit adres, daarom controleren we of het nog van u is.',
  'identity.create.title': 'Uw account maken',
  'identity.create.text':
    'Dit heeft {provider} ons over u verteld. Controleer wat uw account hier moet hebben.',
  'identity.create.language': 'Taal: {language}',
  'identity.create.picture': 'De foto van {host} overnemen',
  'identity.create.later':
    'Vanaf nu meldt {provider} u hier aan. Een wachtwoord of passkey kunt u later in uw account toevoegen.',
  'upstream.failed.cancelled':
    'U hebt bij {provider} geannuleerd. Probeer het opnieuw of gebruik een andere manier.',
  'upstream.failed.refused':
    '{provider} heeft u niet toegelaten. Probeer het opnieuw of gebruik een andere manier.',
  'upstream.failed.unreachable':
    '{provider} antwoordt op dit moment niet. Gebruik een andere manier of probeer het later.',
  'upstream.failed.invalid':
    'Het antwoord van {provider} kon niet worden gecontroleerd. Probeer het opnieuw of gebruik een andere manier.',
  'upstream.failed.no_email':
    '{provider} heeft ons geen e-mailadres gegeven. Voeg er daar een toe of gebruik een andere manier.',
  'upstream.failed.not_allowed':
    'Met dit account van {provider} komt u hier niet binnen. Gebruik een ander account of een andere manier.',
  'upstream.failed.gone': 'Deze manier van aanmelden wordt niet meer aangeboden. Gebruik een andere.',
  'connect.failed': 'Het is niet gekoppeld',
  'connect.text': 'U gaat nu naar {provider}, meldt zich daar aan en komt hier terug.',
  'connect.taken':
    'Dit account bij {provider} is hier al aan een account gekoppeld. Meld u daar met een ander aan.',
  'unknown_identity.title': 'Er is geen account gekoppeld',
  'unknown_identity.text':
    '{provider} heeft bevestigd wie u bent, maar hier is er geen account aan gekoppeld. U bent niet aangemeld.',
  'unknown_identity.other': 'Op een andere manier aanmelden',
  'code.over': 'Deze code is te vaak geprobeerd of is te oud. Vraag een nieuwe aan.',
  'enrol.over':
    'Er waren te veel pogingen, of deze pagina stond te lang open. Begin hieronder opnieuw; wat er eerst stond, werkt niet meer.',
  'login.local_only': 'Deze pagina is voor beheerders. Gebruik de gewone aanmeldpagina.',
  'login.local_only.go': 'Naar de gewone aanmeldpagina',
  'away.wrong': 'Er is niet bevestigd wie u bent. Probeer het opnieuw of gebruik een andere manier.',

  'consent.title': 'Mag {app} uw account bij {brand} gebruiken?',
  'consent.who': 'aangemeld als {email}',
  'consent.switch': 'Wisselen',
  'consent.at': 'Bij {name}',
  'consent.allow': 'Toestaan',
  'consent.deny': 'Annuleren',
  'consent.go': 'U gaat naar {host}.',
  'consent.read_both': 'Lees de {terms} en het {policy}.',
  'consent.read_one': 'Lees: {document}.',
  'consent.terms': 'voorwaarden',
  'consent.policy': 'privacybeleid',
  'consent.undo': 'U kunt dit altijd ongedaan maken onder {link}.',

  'scope.openid': 'Weten wie u bent',
  'scope.openid_hint': 'Een nummer dat voor uw account staat, zodat de app u herkent als u terugkomt',
  'scope.profile': 'Uw naam en profiel zien',
  'scope.email': 'Uw e-mailadres zien',
  'scope.address': 'Uw postadres zien',
  'scope.phone': 'Uw telefoonnummer zien',
  'scope.roles': 'Uw rollen zien',
  'scope.groups': 'Uw groepen zien',
  'scope.claim': '“{claim}” uit uw profiel zien',
  'scope.offline_access': 'Verbonden blijven als u weg bent',
  'scope.offline_access_hint': 'De app kan gebruiken wat u hier toestaat, totdat u die ontkoppelt',

  'first_administrator.title': 'Maak het eerste account',
  'first_administrator.text':
    'Hier heeft nog niemand een account. Het uwe wordt dat van een beheerder. Mensen en apps beheert u met opdrachten op de server.',

  'welcome.title': 'Gatehouse draait',
  'welcome.text':
    'Hier heeft nog niemand een account. Waar de server is gestart, staat een link om het eerste te maken.',
  'welcome.again': 'Die werkt één keer, een uur lang. Deze opdracht op de server toont een nieuwe:',

  'set_password.title': 'Kies uw wachtwoord',
  'set_password.text': 'Daarna meldt u zich daarmee en met uw e-mail aan.',
  'password.save': 'Dit wachtwoord opslaan',

  'users.email_taken': 'Dit adres heeft al een account. Gebruik een ander.',
  'users.username_taken': 'Deze gebruikersnaam is niet beschikbaar. Kies een andere.',
  'users.username_malformed':
    'Een gebruikersnaam bestaat uit letters van één schrift en cijfers; daartussen mag een punt, koppelteken of liggend streepje staan.',
  'users.email_malformed': 'Een e-mailadres heeft één @ en een punt: ana@example.com.',
  'users.name_missing': 'Typ uw naam.',

  'go_on.to': 'Verder naar {app}',
  'go_on.text': 'Dit gaat vanzelf. Zo niet, druk dan op de knop.',
  'go_on.other_person': 'In deze browser was iemand anders aangemeld. Die persoon wordt eerst afgemeld.',

  'sign_out.title': 'Afmelden?',
  'sign_out.text': 'U bent aangemeld als {email}.',
  'sign_out.asked': '{app} wil u in deze browser afmelden bij {brand}.',
  'sign_out.plain': 'Dit meldt u af bij {brand} in deze browser.',
  'sign_out.yes': 'Afmelden',
  'sign_out.no': 'Aangemeld blijven',
  'sign_out.wrong_address':
    'Het adres waar deze app u daarna naartoe wil sturen is niet geregistreerd. U blijft daarom hier.',
  'sign_out.wrong_hint': 'Wat deze app over uw aanmelding opgeeft, is niet geldig.',
  'sign_out.wrong_app': 'De app die u hierheen stuurde, bestaat niet meer.',

  'signed_out.title': 'U bent afgemeld',
  'signed_out.text':
    'U bent afgemeld bij {brand} in deze browser. In apps bent u misschien nog aangemeld: meld u ook daar af.',
  'signed_out.app': 'U kunt deze pagina sluiten, of teruggaan naar {app} en u opnieuw aanmelden.',
  'signed_out.account': 'Aanmelden bij uw account',
  'signed_out.still_title': 'U bent nog aangemeld',
  'signed_out.still': 'U blijft aangemeld bij {brand} in deze browser.',
  'signed_out.still_app':
    'De toegang van {app} is beëindigd. U blijft aangemeld bij {brand} in deze browser.',

  'account.nav': 'Uw account',
  'account.overview': 'Overzicht',
  'account.sessions': 'Sessies',
  'account.applications': 'Gekoppelde apps',

  'overview.title': 'Uw account',
  'overview.who': 'Wie u bent',
  'overview.name': 'Naam',
  'overview.email': 'E-mail',
  'overview.verified': 'Bevestigd',
  'overview.unverified': 'Nog niet bevestigd',
  'overview.role': 'Rol',
  'overview.administrator': 'Beheerder',
  'overview.administrator_hint': 'Mensen en apps beheert u met opdrachten op de server:',
  'overview.access': 'Wat toegang heeft',
  'overview.sessions': {
    by: 'count',
    one: 'Eén browser is aangemeld.',
    other: '{count} browsers zijn aangemeld.',
  },
  'overview.sessions_none': 'Er is geen browser aangemeld.',
  'overview.applications': {
    by: 'count',
    one: 'Eén app is gekoppeld.',
    other: '{count} apps zijn gekoppeld.',
  },
  'overview.applications_none': 'Er is geen app gekoppeld.',
  'overview.see_sessions': 'Sessies bekijken',
  'overview.see_applications': 'Apps bekijken',

  'sessions.title': 'Waar u bent aangemeld',
  'sessions.text':
    'Een sessie beëindigen meldt die browser meteen af. Niet van u? Beëindig haar en wijzig dan uw wachtwoord.',
  'sessions.this_device': 'Dit apparaat',
  'sessions.seen': 'Laatst gezien {seen}',
  'sessions.since': 'Sinds {since}',
  'sessions.apps': 'Gebruikt voor {apps}',
  'sessions.end': 'Deze beëindigen',
  'sessions.end_others': 'Alle andere sessies beëindigen',
  'sessions.none': 'U bent nergens anders aangemeld.',
  'sessions.ended': 'Die sessie is beëindigd.',
  'sessions.others_ended': 'Alle andere sessies zijn beëindigd.',

  'applications.title': 'Gekoppelde apps',
  'applications.text':
    'Deze apps mogen uw account gebruiken. Ontkoppel er een, en die moet het opnieuw vragen.',
  'applications.since': 'Sinds {since}',
  'applications.used': 'Laatst gebruikt {used}',
  'applications.withdraw': 'Ontkoppelen',
  'applications.none':
    'Er is geen app gekoppeld. Meld u met dit account bij een app aan, dan verschijnt die hier.',
  'applications.withdrawn':
    '{app} is ontkoppeld. De app moet het vragen voordat die uw account weer gebruikt.',

  'api_keys.title': 'API-sleutels',
  'api_keys.see': 'API-sleutels bekijken',
  'api_keys.text':
    'Met een API-sleutel gebruikt een programma een API namens u. Geef elk programma een eigen sleutel.',
  'api_keys.none': 'U hebt geen API-sleutels.',
  'api_keys.not_offered': 'Hier is niets waarvoor u zelf API-sleutels kunt maken.',
  'api_keys.add': 'Een API-sleutel maken',
  'api_keys.renew': 'Vernieuwen',
  'api_keys.end': 'Beëindigen',
  'api_keys.until': 'Tot {until}',
  'api_keys.only_from': 'Alleen vanaf {networks}',
  'api_keys.state_ended': 'Beëindigd {at}',
  'api_keys.state_expired': 'Verlopen {at}',
  'api_keys.state_leaked': 'Beëindigd {at}, omdat iemand meldde dat hij gevonden was',
  'api_keys.unused': 'Nog niet gebruikt',
  'api_keys.unused_lately': 'Niet gebruikt in de laatste 30 dagen',
  'api_keys.uses': {
    by: 'count',
    one: 'Eén keer gebruikt in de laatste 30 dagen',
    other: '{count} keer gebruikt in de laatste 30 dagen',
  },
  'api_keys.uses_refused': {
    by: 'count',
    one: 'één keer over de limiet',
    other: '{count} keer over de limiet',
  },
  'api_keys.has_ended': 'De sleutel is beëindigd. Programma’s die hem nog gebruiken, worden geweigerd.',
  'api_keys.sent_twice':
    'Dit formulier is al verstuurd of te oud. Is er een sleutel gemaakt die u niet hebt gezien, vernieuw of beëindig die dan.',
  'api_keys.too_many': 'U hebt al {count} API-sleutels. Beëindig er eerst een.',
  'api_keys.which_api': 'Voor welke API is hij?',
  'api_keys.for_api': 'Voor {api}',
  'api_keys.name': 'Naam',
  'api_keys.scopes': 'Wat hij mag',
  'api_keys.expiry': 'Geldig gedurende',
  'api_keys.networks': 'Alleen vanaf deze netwerken (optioneel)',
  'api_keys.networks_hint':
    'Eén per regel, bijvoorbeeld 203.0.113.0/24. Laat u het leeg, dan werkt de sleutel overal vandaan.',
  'api_keys.make': 'De sleutel maken',
  'api_keys.name_wrong': 'Geef de sleutel een naam van hoogstens 100 tekens.',
  'api_keys.scopes_missing': 'Kies er ten minste een.',
  'api_keys.network_wrong': 'Schrijf elk netwerk als 203.0.113.0/24 of 2001:db8::/32.',
  'api_keys.shown_title': 'Uw nieuwe API-sleutel',
  'api_keys.shown_once':
    'Kopieer de sleutel nu en bewaar hem als een wachtwoord. Hij wordt alleen deze keer getoond.',
  'api_keys.api': 'API',
  'api_keys.public_id': 'Openbare id',
  'api_keys.expires': 'Verloopt',
  'api_keys.older_until': 'De sleutel daarvoor werkt tot {until}.',
  'api_keys.kept': 'Ik heb hem bewaard',
  'api_keys.renew_title': 'De API-sleutel vernieuwen',
  'api_keys.renew_text':
    '{name} krijgt een nieuwe sleutel. De huidige kan nog even blijven werken, zodat er niets stilvalt.',
  'api_keys.overlap': 'De huidige sleutel werkt nog',
  'api_keys.overlap_none': 'Niet meer: hij eindigt meteen',
  'api_keys.end_title': 'De API-sleutel beëindigen',
  'api_keys.end_text':
    'Programma’s die {name} gebruiken, worden meteen geweigerd. Dit is niet ongedaan te maken.',

  'account.profile': 'Profiel',
  'account.security': 'Beveiliging',
  'account.data': 'Uw gegevens',
  'account.again': 'Dank u. Druk nu nog eens op de knop.',

  'profile.title': 'Uw profiel',
  'profile.text':
    'Apps die uw profiel mogen zien, krijgen wat hier staat. Laat leeg wat niemand hoeft te zien.',
  'profile.group.name': 'Naam',
  'profile.group.about': 'Over u',
  'profile.group.place': 'Taal en tijd',
  'profile.group.contact': 'Telefoon en adres',
  'profile.fixed': 'Ook in uw profiel',
  'profile.fixed_text': 'Alleen de beheerders van deze dienst kunnen dit wijzigen. Vraag het hun.',
  'profile.change_email': 'E-mail wijzigen',
  'profile.confirm_email': 'E-mail bevestigen',
  'profile.save': 'Bewaren',
  'profile.saved': 'Uw profiel is bewaard.',
  'profile.email_changed': 'Uw e-mailadres is bevestigd.',
  'profile.name': 'Volledige naam',
  'profile.given_name': 'Voornaam',
  'profile.middle_name': 'Tweede naam',
  'profile.family_name': 'Achternaam',
  'profile.nickname': 'Hoe we u noemen',
  'profile.preferred_username': 'Gebruikersnaam in apps',
  'profile.gender': 'Geslacht',
  'profile.birthdate': 'Geboortedatum',
  'profile.locale': 'Taal',
  'profile.zoneinfo': 'Tijdzone',
  'profile.website': 'Website',
  'profile.profile': 'Profielpagina',
  'profile.picture': 'Afbeelding',
  'profile.phone_number': 'Telefoonnummer',
  'profile.street_address': 'Straat en nummer',
  'profile.postal_code': 'Postcode',
  'profile.locality': 'Plaats',
  'profile.region': 'Regio',
  'profile.country': 'Land',
  'profile.language_of_browser': 'Wat uw browser vraagt',
  'profile.zone_none': 'Niet ingesteld',
  'profile.hint.url': 'Een adres dat begint met https://',
  'profile.hint.date': 'Jaar, maand, dag: 1984-02-29. Of alleen het jaar.',
  'profile.hint.phone': 'Met de landcode: +41 44 268 12 34',
  'profile.hint.language': 'Voor deze pagina’s, onze e-mails en apps die erom vragen.',
  'profile.wrong.text': 'Dat is te lang, of er staat een teken in dat we niet kunnen tonen.',
  'profile.wrong.lines': 'Dat is te lang, of er staat een teken in dat we niet kunnen tonen.',
  'profile.wrong.url': 'Gebruik een adres dat begint met https://',
  'profile.wrong.date': 'Schrijf 1984-02-29, of alleen het jaar.',
  'profile.wrong.phone': 'Begin met + en de landcode: +41 44 268 12 34',
  'profile.wrong.language': 'Kies een taal uit de lijst.',
  'profile.wrong.zone': 'Kies een tijdzone uit de lijst.',
  'profile.yes': 'Ja',
  'profile.no': 'Nee',
  'profile.name_taken': 'Deze gebruikersnaam is niet beschikbaar. Kies een andere.',

  'account_password.title': 'Wijzig uw wachtwoord',
  'account_password.title_first': 'Kies een wachtwoord',
  'account_password.text': 'Andere apparaten die de tweede stap overslaan, vragen er weer om.',
  'account_password.current': 'Huidig wachtwoord',
  'account_password.prove': 'Een andere manier gebruiken',
  'account_password.wrong': 'Dat is niet uw huidige wachtwoord. Kijk het na, of kies een andere manier.',
  'account_password.end_others': 'Overal elders afmelden, ook in apps',
  'account_password.end_others_hint': 'Zonder het vinkje blijft wie elders is ingelogd, ingelogd.',

  'account_email.title': 'Wijzig uw e-mail',
  'account_email.title_confirm': 'Bevestig uw e-mail',
  'account_email.text':
    'Uw e-mail is nu {email}. We sturen een link naar het adres hieronder; er verandert niets voordat u die opent.',
  'account_email.new': 'Nieuwe e-mail',
  'account_email.submit': 'De link sturen',
  'account_email.same': 'Dat is al uw e-mail. Typ de nieuwe.',
  'account_email.slow_down': 'Dat waren veel links achter elkaar. Wacht {wait} en probeer het opnieuw.',
  'account_email.pending': 'Een link naar {email} staat te wachten. Een nieuwe vervangt hem.',

  'email_sent.text': 'We hebben een link gestuurd naar {email}. Hij werkt één keer, {valid} lang.',
  'email_sent.until': 'Tot u hem opent, blijft uw e-mail zoals hij is.',
  'email_sent.again': 'Een nieuwe link sturen',

  'email_confirm.title': 'Bevestig deze e-mail',
  'email_confirm.text': '{email} wordt uw e-mail. Tot nu toe is dat {before}.',
  'email_confirm.same': '{email} is uw e-mail. Bevestig dat de e-mails u bereiken.',
  'email_confirm.submit': 'Bevestigen',

  'email_undo.title': 'De wijziging terugdraaien?',
  'email_undo.text': '{email} wordt weer uw e-mail, en alle browsers en apps worden afgemeld.',
  'email_undo.submit': 'Terugdraaien',
  'email_undo.not_needed': 'Hebt u dit zelf gewijzigd? Sluit deze pagina. Er is nog niets gebeurd.',

  'email_undone.title': 'Uw oude e-mail is terug',
  'email_undone.text': 'Alle browsers en apps zijn afgemeld.',
  'email_undone.next':
    'Als iemand anders dit deed, weet die misschien uw wachtwoord. Meld u aan en kies een nieuw.',
  'email_undone.submit': 'Aanmelden en mijn wachtwoord wijzigen',

  'security.title': 'Beveiliging',
  'security.ways': 'Manieren om u aan te melden',
  'security.connected': 'Gekoppelde aanmeldingen',
  'security.connected_text':
    'Wie zich bij een van deze als u kan aanmelden, kan zich ook hier als u aanmelden.',
  'security.not_connected': 'Niet gekoppeld',
  'security.connect': 'Koppelen',
  'security.closed': 'Nu uitgeschakeld',
  'security.not_set_up': 'Niet ingesteld',
  'security.ready': 'Klaar',
  'security.since': 'Sinds {since}',
  'security.count': {
    by: 'count',
    one: '{count} ingesteld',
    other: '{count} ingesteld',
  },
  'security.left': {
    by: 'left',
    one: 'nog {left}',
    other: 'nog {left}',
  },
  'security.add': 'Instellen',
  'security.add_more': 'Nog een toevoegen',
  'security.change': 'Wijzigen',
  'security.renew': 'Nieuwe maken',
  'security.rename': 'Naam wijzigen',
  'security.remove': 'Verwijderen',
  'security.second_factor': 'Tweede stap',
  'security.second_factor_on': 'Als een tweede stap nodig is, vragen we om: {ways}.',
  'security.second_factor_off':
    'U meldt zich in één stap aan. Een authenticator-app of passkey voegt een tweede toe.',
  'security.devices': 'Apparaten die de tweede stap overslaan',
  'security.devices_text': 'Daar vinkte u “Niet meer vragen op dit apparaat” aan.',
  'security.device': 'Sinds {since} · tot {until}',
  'security.forget': 'Weer vragen',
  'security.forget_all': 'Overal weer vragen',
  'security.events': 'Wat er onlangs gebeurde',
  'security.events_text': 'Was iets hiervan niet van u? Beëindig die sessie en wijzig dan uw wachtwoord.',
  'security.password_changed': 'Uw wachtwoord is gewijzigd. We hebben het u ook gemaild.',
  'security.added': 'De nieuwe manier van aanmelden werkt vanaf nu.',
  'security.removed': 'Die manier van aanmelden is weg.',
  'security.renamed': 'De nieuwe naam is bewaard.',
  'security.device_forgotten': 'Dat apparaat vraagt er weer om.',
  'security.devices_forgotten': 'Alle apparaten vragen er weer om.',

  'event.removal_asked': 'Verwijderen van een verloren apparaat aangevraagd',
  'event.removal_cancelled': 'Verwijderen van een verloren apparaat geannuleerd',
  'event.signed_in': 'U meldde zich aan',
  'event.password_changed': 'Uw wachtwoord is gewijzigd',
  'event.recovery_refused': 'Iemand heeft een foute code geprobeerd om uw account te herstellen',
  'event.new_device_ended': 'U zei dat een nieuw apparaat niet van u was; het is uitgelogd',
  'event.credential_denied': 'U zei dat een nieuwe manier om in te loggen niet van u was; die is verwijderd',
  'event.second_factor_rule_set':
    'De beheerders van deze dienst hebben gewijzigd of u om een tweede stap wordt gevraagd',
  'event.recovered': 'Uw account is hersteld',
  'event.email_change_asked': 'Er is om een andere e-mail gevraagd',
  'event.email_changed': 'Uw e-mail is gewijzigd',
  'event.email_change_undone': 'Een wijziging van e-mail is teruggedraaid',
  'event.signed_out_by_provider': 'De aanbieder waarmee u zich had aangemeld, heeft u afgemeld',
  'event.session_ended': 'Een sessie is beëindigd',
  'event.other_sessions_ended': 'Alle andere sessies zijn beëindigd',
  'event.terms_accepted': 'U accepteerde voorwaarden',
  'event.consent_withdrawn': 'Een app is ontkoppeld',
  'event.data_exported': 'Een kopie van uw gegevens is gedownload',
  'event.deletion_planned': 'Er is gevraagd uw account te verwijderen',
  'event.deletion_cancelled': 'U kwam terug; uw account blijft',
  'event.device_forgotten': 'Een apparaat vraagt weer om de tweede stap',
  'event.passkey_doubted': 'Uw passkey is gebruikt, en misschien is er een kopie van',
  'event.token_stolen': 'Een gekopieerde sleutel van een app is geblokkeerd',
  'event.way_added': '{way}: ingesteld',
  'event.way_removed': '{way}: verwijderd',
  'event.way_refused': '{way}: een foute poging',
  'event.second_factors_removed': 'Uw tweede stap is door de beheerders van deze dienst verwijderd',

  'ways.last': 'Het is de laatste ingang van uw account. Stel eerst een andere in.',
  'ways.busy': 'Er wordt net iets anders verwijderd. Probeer het over een ogenblik opnieuw.',
  'ways.name_missing': 'Typ een naam waaraan u het herkent.',

  'rename.title': 'Geef het een naam',
  'rename.name': 'Naam',
  'rename.submit': 'Bewaren',

  'prove.title': 'Bevestig dat u het bent',
  'prove.also': 'Voor deze wijziging vragen we ook:',
  'prove.also_one_of': 'Voor deze wijziging vragen we ook een van deze:',
  'prove.after': 'Daarna gaat u verder waar u was.',
  'prove.none':
    'Niets wat uw account heeft, is genoeg voor deze wijziging. Vraag het aan wie deze site beheert.',
  'prove.back': 'Terug naar Beveiliging',
  'lost.link': 'Ik heb het niet meer',
  'lost.title': 'Apparaat kwijt?',
  'lost.text':
    'Vraag ons te verwijderen wat u kwijt bent. We schrijven naar al uw adressen en wachten {delay}, zodat u iemand anders kunt tegenhouden.',
  'lost.which': 'Wat bent u kwijt?',
  'lost.submit': 'Verwijderen aanvragen',
  'lost.operator': 'Hier kan alleen wie deze site beheert het verwijderen. Vraag het daar.',
  'lost.choose': 'Kies wat u kwijt bent.',
  'lost.have_more': 'Bewijs eerst wat u nog hebt, of geef aan dat u dat ook kwijt bent.',
  'lost.too_often': 'Dit is zojuist al een paar keer aangevraagd. Wacht een uur en probeer het dan opnieuw.',
  'lost.waiting_title': 'Er wordt binnenkort iets verwijderd',
  'lost.waiting': 'Vanaf {due} heeft uw account niet meer: {ways}.',
  'lost.asked_by': 'Aangevraagd op {when}, vanaf het netwerk {network}.',
  'lost.keep': 'Ik heb het nog: annuleren',
  'lost.until': 'Tot dan kunt u het hier annuleren of met de link in de e-mail.',
  'lost.cancel_title': 'Deze verwijdering annuleren?',
  'lost.cancel_text': 'Uw account houdt: {ways}.',
  'lost.cancelled_title': 'De verwijdering is geannuleerd',
  'lost.cancelled_text': 'Er verandert niets. Was u het niet? Dan kent iemand uw wachtwoord: wijzig het nu.',
  'lost.change_password': 'Mijn wachtwoord wijzigen',
  'remove.title': 'Een manier van aanmelden verwijderen',
  'remove.refused': 'Deze moet blijven',
  'remove.text': 'Zo kunt u zich dan niet meer aanmelden: {way}.',
  'remove.keep': 'Behouden',

  'data.title': 'Uw gegevens',
  'data.copy': 'Een kopie voor u',
  'data.copy_text':
    'Alles wat we over u hebben, in één bestand: profiel, manieren van aanmelden, sessies, apps, wat er gebeurde.',
  'data.download': 'Downloaden (JSON)',
  'data.delete': 'Het einde',
  'data.delete_text': 'U kunt uw account en al het persoonlijke erin verwijderen.',
  'data.delete_begin': 'Mijn account verwijderen',

  'account_delete.title': 'Uw account verwijderen?',
  'account_delete.text':
    'Dit verwijdert het account van {email}: profiel, manieren van aanmelden, sessies, gekoppelde apps.',
  'account_delete.grace': {
    by: 'days',
    one: 'U wordt meteen overal afgemeld. Na {days} dag wordt het verwijderd; meldt u zich eerder aan, dan blijft het.',
    other:
      'U wordt meteen overal afgemeld. Na {days} dagen wordt het verwijderd; meldt u zich eerder aan, dan blijft het.',
  },
  'account_delete.log': 'Ons beveiligingslogboek bewaart wat er gebeurde, onder een nummer zonder uw naam.',
  'account_delete.sure': 'Ja, verwijder mijn account en alles wat erin staat',
  'account_delete.sure_missing': 'Vink het vakje aan als u het echt wilt.',
  'account_delete.last_administrator':
    'U bent hier de enige beheerder, daarom kan uw account niet worden verwijderd. Maak eerst iemand anders beheerder.',
  'account_delete.submit': 'Mijn account verwijderen',

  'deletion_planned.title': 'Uw account wordt verwijderd',
  'deletion_planned.text': {
    by: 'days',
    one: 'U bent overal afgemeld. Over {days} dag is al het persoonlijke weg.',
    other: 'U bent overal afgemeld. Over {days} dagen is al het persoonlijke weg.',
  },
  'deletion_planned.undo': 'Van gedachten veranderd? Meld u eerder aan, en uw account blijft.',
  'deletion_planned.submit': 'Aanmelden en behouden',

  'error.reference': 'Kenmerk {id}',
  'error.tell': 'Meld ons een probleem',
  'error.to_account': 'Naar uw account',
  'error.back_to': 'Terug naar {app}',
  'error.start_again': 'Opnieuw beginnen',
  'error.wait': 'Probeer het over {wait} opnieuw.',
  'error.expired.title': 'Deze pagina stond te lang open',
  'error.expired.text': 'Er is niets verloren. Begin opnieuw in de app waar u vandaan kwam.',
  'error.not_found.title': 'Hier is geen pagina',
  'error.not_found.text':
    'Misschien is het adres veranderd, of staat er een typfout in. Uw account is veilig.',
  'error.refused.title': 'Hier kunnen we niet verder',
  'error.refused.text': 'Het verzoek van de app kan niet worden beantwoord. Er is niets gedeeld.',
  'error.refused.again': 'Ga terug en probeer het nog eens.',
  'error.refused.app':
    'Opnieuw proberen helpt niet: wie de app beheert, moet iets wijzigen. Meld het, met de referentie hieronder.',
  'error.broken.title': 'Er ging bij ons iets stuk',
  'error.broken.text': 'Het ligt niet aan u, en uw account is veilig. Probeer het over een ogenblik opnieuw.',
  'error.busy.title': 'Het is nu erg druk',
  'error.busy.text': 'Er is niets verloren.',
  'error.too_many.title': 'Dat was veel tegelijk',
  'error.too_many.text': 'We doen het rustiger aan om accounts veilig te houden. Er is niets vergrendeld.',
  'error.bad_request.title': 'Dat konden we niet lezen',
  'error.bad_request.text': 'Wat uw browser stuurde, kwam niet heel aan. Ga terug en probeer het opnieuw.',
  'error.link_used.title': 'Deze link werkt niet meer',
  'error.link_used.text': 'Elke link werkt één keer, voor korte tijd. Vraag een nieuwe aan.',
  'error.other_browser.title': 'Deze aanmelding is in een andere browser begonnen',
  'error.other_browser.text':
    'Hier is niets veranderd. Ga verder in de browser waarin u begon, of begin in deze opnieuw.',
  'error.signed_in_already.title': 'U bent aangemeld',
  'error.signed_in_already.text': 'Deze aanmelding is klaar. Op deze pagina is niets meer te doen.',
  'error.wrong.client': 'De app is hier niet geregistreerd, of ze is uitgeschakeld.',
  'error.wrong.redirect_uri': 'Het adres waar de app u heen wil sturen, is hier niet geregistreerd.',
  'error.wrong.missing': 'In het verzoek ontbreekt iets: {names}',
  'error.wrong.twice': 'In het verzoek staat iets meer dan één keer: {names}',
  'error.wrong.way': 'Ze vraagt het op een manier die deze server niet heeft.',
  'error.wrong.request_uri':
    'Het verzoek dat de app had voorbereid, is verlopen of al gebruikt. Begin opnieuw vanuit de app.',
  'error.wrong.sign_out': 'Die afmelding is al gedaan, of de pagina stond te lang open.',
  'error.wrong.too_long': 'Het adres is langer dan wij accepteren.',
  'error.wrong.too_large': 'Er is meer gestuurd dan wij accepteren.',
  'error.wrong.other_site': 'Het formulier is door een andere site verstuurd.',
  'error_class.request.title': 'Het verzoek van de app klopte niet',
  'error_class.request.text':
    'Er ontbrak iets, of het was geschreven op een manier die we niet kunnen lezen. Wie de app maakt, kan dat verhelpen.',
  'error_class.client.title': 'De app heeft zich niet geïdentificeerd',
  'error_class.client.text':
    'De app is hier niet geregistreerd, het geheim of de sleutel klopte niet, of de app mag het niet op deze manier vragen. Wie de app beheert, kan dat verhelpen.',
  'error_class.access.title': 'De app vroeg om toegang die ze niet kan krijgen',
  'error_class.access.text':
    'Wat ze vroeg, bestaat hier niet, of ze is er niet voor ingesteld. Wie de app beheert, kan dat verhelpen.',
  'error_class.grant.title': 'De app kan niet verder met een oude aanmelding',
  'error_class.grant.text':
    'Wat ze liet zien is verlopen, al gebruikt of beëindigd. Meld u nog een keer aan bij de app.',
  'error_class.person.title': 'De app heeft u erbij nodig',
  'error_class.person.text':
    'Ze wilde verdergaan zonder een pagina te tonen, maar eerst moet iemand zich aanmelden, een account kiezen of toestemming geven. Open de app en meld u aan.',
  'error_class.denied.title': 'De aanmelding is afgebroken',
  'error_class.denied.text':
    'Iemand ging terug of zei nee, of er was niets wat de app mag hebben. Er is niets gedeeld.',
  'error_class.key.title': 'Het bewijs van de sleutel van de app klopte niet',
  'error_class.key.text':
    'Het ontbrak, was te oud of was voor iets anders gemaakt. Wie de app maakt, kan dat verhelpen.',
  'error_class.developer': 'Voor wie de app maakt of beheert',
  'error_class.log':
    'Onder dit kenmerk staat in het logboek van deze server één regel die precies zegt wat er mis was.',
  'error_class.read': 'Wat elke reden betekent, en wat te doen: {document}',

  'mailbox.title': 'Mailbox',
  'mailbox.text': 'Mails van deze installatie. Alleen deze computer kan ze zien; er gaat niets naar buiten.',
  'mailbox.none': 'Er is nog geen e-mail verstuurd.',
  'mailbox.to': 'Aan {to} · {date}',
  'mailbox.here': 'Vanaf deze computer wordt niets verstuurd. De e-mails staan hier: {link}',
  'mailbox.filter': 'Adres of onderwerp',
  'mailbox.reload': 'Vernieuwen',
  'mailbox.none_found': 'Geen enkele e-mail past hierbij.',
  'mailbox.as_seen': 'Weergave',
  'mailbox.as_text': 'Tekst',

  'email.title': 'Aanmelden per e-mail',
  'email.text': 'We mailen u een link en een code van 6 cijfers. Een van beide is genoeg.',
  'email.text_open': 'Nieuw hier? Met dezelfde e-mail maakt u uw account.',
  'email.submit': 'Stuur mij de e-mail',
  'email.wrong': 'Die code klopt niet. Kijk in de nieuwste e-mail en typ alle zes cijfers.',
  'email.check_code': 'Kijk deze code na.',
  'email.nothing_yet': 'Hebt u hier niet om gevraagd? Sluit deze pagina. Er is nog niets gebeurd.',
  'email.sent.title': 'Kijk in uw e-mail',
  'email.sent.text':
    'Als {address} een account heeft, hebben we een link en een code van 6 cijfers gestuurd. Beide werken {valid}.',
  'email.sent.text_open':
    'Als {address} hier gebruikt kan worden, hebben we een link en een code van 6 cijfers gestuurd. Beide werken {valid}.',
  'email.sent.code': 'Code uit de e-mail',
  'email.sent.hint': 'Open de link in deze browser, of typ de code hier.',
  'email.sent.nothing': 'Niets gekregen? Kijk in uw spammap, en kijk het adres hierboven na.',
  'email.sent.again': 'Een nieuwe code sturen',
  'email.away.title': 'Onze mailserver antwoordt niet',
  'email.away.text':
    'Uw e-mail wacht, en we proberen het nog {valid}. Kies een andere manier, of probeer het zo opnieuw.',
  'email.link.title': 'Maak het aanmelden af',
  'email.link.text': 'U vroeg {age} geleden in deze browser om u aan te melden als {address}.',
  'email.link.text_app': 'U vroeg {age} geleden in deze browser om u bij {app} aan te melden als {address}.',
  'email.link.submit_app': 'Aanmelden bij {app}',
  'email.elsewhere.title': 'Typ deze code waar u begon',
  'email.elsewhere.text': 'Dit is een andere browser dan die waarin u begon. Typ daar, om het af te maken:',
  'email.elsewhere.hint':
    'Werkt één keer, nog {valid}. Lees hem nooit aan iemand voor: {brand} vraagt er niet om.',
  'email.elsewhere.submit': 'Toch op dit apparaat aanmelden',
  'email.here.title': 'Op dit apparaat aanmelden?',
  'email.here.text': 'Dit opent hier uw account bij {brand}, als {address}.',
  'email.here.new': 'Dit maakt hier een account bij {brand}, met het adres {address}.',
  'email.here.then': 'De pagina waar u begon, heeft dan een nieuwe code nodig.',
  'email.here.submit': 'Hier aanmelden',
  'email.here.back': 'Toon de code nog eens',

  'mail.sent_by': 'Verstuurd door {host}',
  'mail.test.subject': 'Testmail van {brand}',
  'mail.test.title': 'Dit is een test',
  'mail.test.what': 'Staat dit bericht in uw postvak IN, dan komen e-mails van {brand} aan.',
  'mail.test.why': 'Verstuurd door wie {brand} beheert. U hoeft niets te doen.',

  'mail.sign_in.subject': '{code} is uw code voor {brand}',
  'mail.sign_in.preheader': '{code} – typ hem, of gebruik de link. Beide werken {valid}.',
  'mail.sign_in.title': 'Meld u aan bij uw account',
  'mail.sign_in.title_app': 'Meld u aan bij {app}',
  'mail.sign_in.code': 'Typ deze code waar u begon:',
  'mail.sign_in.action': 'Of meld u met deze link aan bij {host}',
  'mail.sign_in.when':
    'Aangevraagd op {when}, met {device}, vanuit het netwerk {network}. Werkt één keer, {valid} lang.',
  'mail.sign_in.safe':
    'Was u dit niet? Verwijder deze e-mail. Zonder deze e-mail komt niemand binnen. Lees de code nooit aan iemand voor.',

  'mail.link_used.subject': 'U bent op een ander apparaat aangemeld bij {brand}',
  'mail.link_used.title': 'Onze link is op een ander apparaat gebruikt',
  'mail.link_used.what':
    'U vroeg een link aan in één browser en gebruikte hem in een andere: {device}. Daar is uw account bij {brand} nu open.',
  'mail.link_used.when': 'Dit gebeurde op {when}, vanuit het netwerk {network}.',
  'mail.link_used.do': 'Was u dit? Dan is alles goed. Zo niet, beëindig die sessie dan nu.',
  'mail.link_used.action': 'Mijn sessies bekijken',

  'mail.api_key.subject_made': 'Nieuwe API-sleutel in uw {brand}-account',
  'mail.api_key.title_made': 'Een nieuwe API-sleutel',
  'mail.api_key.what_made':
    'Er is een nieuwe API-sleutel in uw account: {name}. Daarmee gebruikt een programma {api} namens u.',
  'mail.api_key.do_made':
    'Was u dit, of iemand aan wie u het vroeg? Dan is alles in orde. Zo niet, beëindig de sleutel en wijzig uw wachtwoord.',
  'mail.api_key.subject_network': 'Uw API-sleutel {name} is vanuit een nieuw netwerk gebruikt',
  'mail.api_key.title_network': 'Een API-sleutel is elders gebruikt',
  'mail.api_key.what_network':
    'Uw API-sleutel {name} is gebruikt vanuit een netwerk van waaruit dat nooit eerder gebeurde.',
  'mail.api_key.do_network':
    'Draait daar geen programma van u, beëindig dan de sleutel: iemand anders heeft hem.',
  'mail.api_key.subject_expiring': 'Uw API-sleutel {name} verloopt binnenkort',
  'mail.api_key.title_expiring': 'Een API-sleutel verloopt binnenkort',
  'mail.api_key.what_expiring':
    'Uw API-sleutel {name} werkt tot {until}. Programma’s die hem daarna nog gebruiken, worden geweigerd.',
  'mail.api_key.do_expiring':
    'Hebt u hem nog nodig, maak dan vóór die tijd een nieuwe en geef die aan uw programma.',
  'mail.api_key.action': 'Mijn API-sleutels bekijken',
  'mail.api_key.which': 'API-sleutel: {name}. API: {api}.',

  'mail.token_theft.subject': 'We hebben {app} van uw account ontkoppeld',
  'mail.token_theft.title': 'We hebben {app} ontkoppeld',
  'mail.token_theft.what':
    'Iemand gebruikte een kopie van een sleutel die alleen {app} zou moeten hebben. Voor de zekerheid hebben we de toegang tot uw account beëindigd.',
  'mail.token_theft.when': 'Opgemerkt op {when}, vanuit het netwerk {network}.',
  'mail.token_theft.do':
    'Gebruikt u {app}, meld u daar dan opnieuw aan. Kijk uw sessies na en beëindig elke die u niet kent.',
  'mail.token_theft.action': 'Mijn sessies bekijken',
  'mail.token_theft.safe': 'Uw wachtwoord is niet gebruikt en niet veranderd.',

  'mail.set_password.subject': 'Kies uw wachtwoord voor {brand}',
  'mail.set_password.title': 'Kies uw wachtwoord',
  'mail.set_password.what': 'U hebt een account bij {brand}. Kies een wachtwoord om u aan te melden.',
  'mail.set_password.action': 'Mijn wachtwoord kiezen',
  'mail.set_password.when': 'De link werkt één keer, {valid} lang.',
  'mail.set_password.safe':
    'Weet u niet waar dit over gaat? Verwijder deze e-mail. Geef de link aan niemand: hij opent uw account.',

  'mail.password_changed.subject': 'Uw wachtwoord van {brand} is gewijzigd',
  'mail.password_set.subject': 'Uw account bij {brand} heeft nu een wachtwoord',
  'mail.password_set.title': 'Uw wachtwoord is ingesteld',
  'mail.password_set.what':
    'Uw account bij {brand} had tot nu toe geen wachtwoord. Vanaf nu kunt u zich ermee aanmelden.',
  'mail.password_changed.title': 'Uw wachtwoord is gewijzigd',
  'mail.password_changed.what': 'Het wachtwoord van uw account bij {brand} is gewijzigd.',
  'mail.password_changed.when': 'Dit gebeurde op {when}, vanuit het netwerk {network}.',
  'mail.password_changed.do': 'Was u dit? Dan is alles goed. Zo niet, neem dan meteen contact met ons op.',
  'mail.password_changed.action': 'Mijn account bekijken',

  'mail.email_confirm.subject': 'Bevestig uw e-mail voor {brand}',
  'mail.email_confirm.title': 'Bevestig uw e-mail',
  'mail.email_confirm.what':
    'Iemand die bij {brand} is aangemeld, wil dit adres voor zijn of haar account gebruiken.',
  'mail.email_confirm.action': 'Dit adres bevestigen',
  'mail.email_confirm.valid': 'De link werkt één keer, {valid} lang, en alleen voor die persoon.',
  'mail.email_confirm.safe': 'Was u dit niet? Verwijder deze e-mail, dan gebeurt er niets.',

  'mail.email_changed.subject': 'De e-mail van uw account bij {brand} is gewijzigd',
  'mail.email_changed.title': 'Uw e-mail is gewijzigd',
  'mail.email_changed.what': 'Vanaf nu heeft uw account bij {brand} een ander e-mailadres dan dit.',
  'mail.email_changed.do': 'Was u dit? Dan is alles goed. Zo niet, draai het dan terug binnen {valid}.',
  'mail.email_changed.action': 'Terugdraaien',
  'mail.email_changed.safe': 'Terugdraaien meldt alle browsers en apps af.',
  'mail.email_moved.subject': 'Het e-mailadres van uw account bij {brand}',
  'mail.email_moved.title_new': 'Dit is nu uw adres',
  'mail.email_moved.what_new': 'Uw account bij {brand} heeft vanaf nu dit e-mailadres.',
  'mail.email_moved.title_back': 'Uw oude adres is terug',
  'mail.email_moved.what_back':
    'De wijziging van het e-mailadres van uw account bij {brand} is teruggedraaid. Elke browser en app is afgemeld.',
  'mail.email_moved.title_gone': 'Dit adres hoort niet meer bij het account',
  'mail.email_moved.what_gone':
    'De wijziging waarmee een account bij {brand} dit adres kreeg, is vanaf het oude adres teruggedraaid. Met dit adres kunt u niet meer inloggen.',

  'mail.email_in_use.subject': 'Uw adres is ingevuld bij {brand}',
  'mail.email_in_use.title': 'U hebt al een account bij {brand}',
  'mail.email_in_use.what': 'Iemand wilde een ander account bij {brand} dit adres geven. Het blijft van u.',
  'mail.email_in_use.do': 'Was u dit? Meld u dan met dit adres aan, of geef dit account eerst een ander.',
  'mail.email_in_use.safe': 'Er is niets veranderd, en niemand weet nu dat u een account hebt.',

  'mail.removal_asked.subject': 'Kwijt? Een verwijdering uit uw {brand}-account',
  'mail.removal_asked.title': 'Iemand zegt dat u het kwijt bent',
  'mail.removal_asked.what':
    'Iemand die uw wachtwoord kent, vroeg ons dit uit uw {brand}-account te verwijderen: {ways}. We doen het op {due}.',
  'mail.removal_asked.do': 'Was u het? Dan is alles goed. Zo niet, annuleer het nu en wijzig uw wachtwoord.',
  'mail.removal_asked.action': 'Verwijdering annuleren',
  'mail.removal_asked.when': 'Aangevraagd op {when}, met {device}, vanaf het netwerk {network}.',
  'mail.removal_cancelled.subject': 'De verwijdering uit uw {brand}-account is geannuleerd',
  'mail.removal_cancelled.title': 'Er wordt niets verwijderd',
  'mail.removal_cancelled.what': 'Uw {brand}-account houdt: {ways}.',
  'mail.removal_cancelled.do': 'Hebt u er niet om gevraagd, dan kent iemand uw wachtwoord: wijzig het.',
  'mail.deletion_planned.subject': 'Uw account bij {brand} wordt verwijderd',
  'mail.deletion_planned.title': 'Uw account wordt verwijderd',
  'mail.deletion_planned.what':
    'Uw account bij {brand} en al het persoonlijke erin wordt verwijderd op {due}.',
  'mail.deletion_planned.undo':
    'Was u dit niet, of bent u van gedachten veranderd? Meld u eerder aan, dan blijft het.',
  'mail.deletion_planned.action': 'Aanmelden en behouden',
  'mail.deletion_planned.from': 'Het verzoek kwam uit het netwerk {network}.',

  'mail.deletion_cancelled.subject': 'Uw account bij {brand} blijft',
  'mail.deletion_cancelled.title': 'Uw account blijft',
  'mail.deletion_cancelled.what':
    'U hebt zich weer aangemeld, dus uw account bij {brand} wordt niet verwijderd.',
  'mail.deletion_cancelled.do': 'Was u dit niet? Dan kan iemand zich als u aanmelden: wijzig uw wachtwoord.',

  'mail.deletion_done.subject': 'Uw account bij {brand} is verwijderd',
  'mail.deletion_done.title': 'Uw account is verwijderd',
  'mail.deletion_done.what': 'Uw account bij {brand} en alles wat er persoonlijk in was, is weg.',
  'mail.deletion_done.action': 'Naar {brand}',
  'mail.deletion_done.log':
    'Ons beveiligingslogboek bewaart wat er gebeurde, onder een nummer zonder uw naam.',

  'login.forgot': 'Wachtwoord vergeten?',
  'login.register': 'Een account maken',

  'entry.to_login': 'Terug naar aanmelden',
  'email.sent.another': 'Een ander adres gebruiken',
  'entry.elsewhere.title': 'Typ deze code waar u begon',
  'entry.elsewhere.text':
    'U opende de link in een andere browser dan waarin u begon. Ga daarheen terug en typ:',
  'entry.elsewhere.hint':
    'Hij werkt {valid}. Geef hem aan niemand: {brand} vraagt er nooit om per telefoon of e-mail.',

  'recovery.text': 'Typ uw e-mailadres. We sturen u een link en een code.',
  'recovery.slow_down.title': 'Dat waren veel e-mails achter elkaar',
  'recovery.slow_down.text':
    'Wacht {wait} en vraag het dan opnieuw. Mails die al verstuurd zijn, werken nog.',
  'recovery.sent':
    'Als {address} een account heeft, hebben we een link en een code van 6 cijfers gestuurd. Beide werken {valid}.',
  'recovery.link.text': 'U vroeg erom in deze browser. Er verandert niets voordat u er een hebt gekozen.',
  'recovery.started.text':
    'De beheerders van uw account {email} stuurden u deze link, zodat u een nieuw wachtwoord kunt kiezen.',
  'recovery.password.title': 'Kies een nieuw wachtwoord',
  'recovery.password.ends': 'U wordt overal afgemeld, ook in apps.',

  'new_device.title': 'Was u dit niet?',
  'new_device.text':
    'Iemand meldde zich op {when} vanaf een nieuw apparaat aan bij uw account. Meld dat apparaat nu af:',
  'new_device.submit': 'Dat apparaat afmelden',
  'new_device.mine': 'Was u dit? Sluit deze pagina. Er is nog niets gebeurd.',
  'new_device.ended.title': 'Dat apparaat is afgemeld',
  'new_device.ended.text': 'Wie het gebruikte, kon zich als u aanmelden. Kies nu een nieuw wachtwoord.',
  'new_device.ended.recover': 'Een nieuw wachtwoord kiezen',
  'new_credential.text':
    '{way} is op {when} aan uw account toegevoegd. Verwijder dit nu en meld elke browser en app af:',
  'new_credential.submit': 'Verwijderen en overal afmelden',
  'new_credential.removed.title': 'Het is verwijderd',
  'new_credential.removed.text':
    'Elke browser en app is afgemeld. Wie het heeft toegevoegd, wist hoe als u in te loggen. Kies nu een nieuw wachtwoord.',
  'added_lately.title': 'Herkent u dit allemaal?',
  'added_lately.text':
    'Deze inlogmethoden zijn in de afgelopen 30 dagen toegevoegd. Verwijder wat niet van u is.',
  'added_lately.go_on': 'Alles van mij, doorgaan',

  'mail.entry.when': 'Aangevraagd op {when} met {device}, vanuit het netwerk {network}. Werkt {valid}.',

  'mail.recovery.subject': '{code} is uw code voor een nieuw wachtwoord van {brand}',
  'mail.recovery.preheader': '{code} werkt {valid}.',
  'mail.recovery.title': 'Kies een nieuw wachtwoord',
  'mail.recovery.code': 'Typ deze code waar u erom vroeg, of druk op de knop in dezelfde browser.',
  'mail.recovery.action': 'Doorgaan op {host}',
  'mail.recovery.safe':
    'Hebt u hier niet om gevraagd? Verwijder deze e-mail. Uw wachtwoord blijft zoals het is.',

  'mail.second_factors_removed.subject': 'De tweede stap van uw account bij {brand} is verwijderd',
  'mail.second_factors_removed.title': 'Uw tweede stap is verwijderd',
  'mail.second_factors_removed.what':
    'De beheerders van {brand} hebben de tweede stap van uw account verwijderd: {ways}. Voortaan meldt u zich zonder die stap aan, en elk apparaat dat hem oversloeg is vergeten.',
  'mail.second_factors_removed.do':
    'Hebt u hierom gevraagd? Meld u dan aan en stel een nieuwe tweede stap in. Zo niet, wijzig dan uw wachtwoord en vraag het hun.',
  'mail.second_factors_removed.when': 'Dit gebeurde op {when}.',
  'mail.recovery_started.subject': 'Kies een nieuw wachtwoord voor {brand}',
  'mail.recovery_started.title': 'Kies een nieuw wachtwoord',
  'mail.recovery_started.what':
    'De beheerders van {brand} zijn begonnen uw account te herstellen. Met deze link kiest u een nieuw wachtwoord; niemand anders ziet het.',
  'mail.recovery_started.action': 'Mijn account herstellen',
  'mail.recovery_started.safe':
    'Had u dit niet verwacht? Verwijder deze e-mail en vraag het hun. Geef de link aan niemand: hij opent uw account.',

  'mail.recovered.subject': 'Uw account bij {brand} is hersteld',
  'mail.recovered.title': 'Uw account is hersteld',
  'mail.recovered.what': 'Iemand die uw e-mail leest, koos een nieuw wachtwoord voor uw account bij {brand}.',
  'mail.recovered.ended': 'Alle apparaten en apps zijn afgemeld.',
  'mail.recovered.do':
    'Was u dit? Dan is alles goed. Zo niet, beveilig dan eerst uw mailbox en kies daarna een ander wachtwoord.',
  'mail.recovered.when': 'Dit gebeurde op {when}, met {device}, vanuit het netwerk {network}.',

  'mail.new_device.subject': 'Nieuwe aanmelding bij uw account van {brand}: {device}',
  'mail.new_device.title': 'Een aanmelding vanaf een nieuw apparaat',
  'mail.new_device.what':
    'Iemand meldde zich bij uw account van {brand} aan met {device}, waar dat nog nooit was gebeurd.',
  'mail.new_device.do': 'Was u dit? Dan hoeft u niets te doen. Zo niet, meld dat apparaat dan af:',
  'mail.new_device.action': 'Dat was ik niet',

  'registration.title': 'Maak een account',
  'registration.text':
    'Typ uw e-mailadres. We sturen u een link en een code, zodat we weten dat het van u is.',
  'registration.invited': 'U bent uitgenodigd. De uitnodiging is voor dit adres:',
  'registration.others': 'Of doorgaan met',
  'registration.have_one': 'Ik heb een account',
  'registration.domain':
    'Hier kunnen alleen adressen van sommige domeinen. Gebruik dat van uw school of werk.',
  'registration.sent':
    'We hebben een e-mail gestuurd naar {address}. Daarin staat wat u nodig hebt; hij werkt {valid}.',
  'registration.link.title': 'Doorgaan naar uw nieuwe account?',
  'registration.link.text':
    'U vroeg erom in deze browser. Het account wordt gemaakt als u de volgende pagina hebt ingevuld.',
  'registration.details.title': 'Uw nieuwe account',
  'registration.details.name': 'Uw naam',
  'registration.details.submit': 'Mijn account maken',
  'registration.details.passkey': 'Een passkey gebruiken in plaats van een wachtwoord',
  'registration.details.by_mail': 'In plaats daarvan via e-mail aanmelden, zonder wachtwoord',
  'registration.details.by_mail_text':
    'U meldt u aan met een link of een code uit een e-mail. Een passkey of wachtwoord kunt u later toevoegen.',

  'mail.confirm_address.subject': '{code} bevestigt uw e-mailadres bij {brand}',
  'mail.confirm_address.code': 'Typ deze code op de pagina waar u erom vroeg.',
  'mail.confirm_address.safe':
    'Hebt u hier niet om gevraagd? Verwijder deze e-mail. Zonder de code gebeurt er niets.',
  'mail.registration.subject': '{code} is uw code voor uw nieuwe account bij {brand}',
  'mail.registration.preheader': '{code} werkt {valid}.',
  'mail.registration.title': 'Is dit uw adres?',
  'mail.registration.code': 'Typ deze code waar u erom vroeg, of druk op de knop in dezelfde browser.',
  'mail.registration.action': 'Doorgaan op {host}',
  'mail.registration.safe':
    'Hebt u hier niet om gevraagd? Verwijder deze e-mail. Zonder de code wordt er geen account gemaakt.',

  'mail.identity_code.subject': '{code} is uw code voor {brand}',
  'mail.identity_code.code': 'Typ deze code op de pagina waar u zich met {provider} aanmeldde.',
  'mail.identity_code.safe':
    'Hebt u hier niet om gevraagd? Verwijder deze e-mail. Zonder de code gebeurt er niets.',
  'mail.registration_known.subject': 'U hebt al een account bij {brand}',
  'mail.registration_known.title': 'U hebt al een account',
  'mail.registration_known.what':
    'Iemand wilde met dit adres een account bij {brand} maken. Het heeft er al een, dus er is geen gemaakt.',
  'mail.registration_known.do':
    'Was u dit? Meld u dan aan. Weet u het wachtwoord niet meer, kies daar dan een nieuw.',
  'mail.registration_known.action': 'Aanmelden',

  'mail.invitation.subject': 'Uw uitnodiging voor {brand}',
  'mail.invitation.title': 'U bent uitgenodigd',
  'mail.invitation.what':
    'U bent uitgenodigd om een account bij {brand} te maken, met het adres dat deze e-mail kreeg.',
  'mail.invitation.action': 'Mijn account maken',
  'mail.invitation.safe': 'Weet u niet waar dit over gaat? Verwijder deze e-mail. Er gebeurt niets.',
};
