import type { Messages } from './messages.ts';

/** Dutch. People are addressed as “u”. */
export const messages: Messages = {
  'page.title': '{title} – {brand}',
  'page.title_error': 'Fout: {title} – {brand}',

  'layout.you_are_on': 'U bent op {host}',
  'layout.where': 'Waar u bent',
  'layout.help': 'Hulp',
  'layout.privacy': 'Privacy',
  'layout.language': 'Taal',
  'layout.change_language': 'Wijzigen',
  'layout.menu': 'Menu',
  'layout.check_field': 'Kijk dit veld na.',
  'layout.check_form.title': 'Kijk nog eens',
  'layout.sign_out': 'Afmelden',

  'login.title': 'Aanmelden',
  'login.route': 'om verder te gaan naar {app} {host}',
  'login.identifier': 'E-mail',
  'login.not_you': 'Bent u dit niet?',
  'login.remember': 'Aangemeld blijven op dit apparaat',
  'login.submit': 'Aanmelden',
  'login.others': 'Andere manieren om u aan te melden',
  'login.last_used': 'Hier het laatst gebruikt',
  'login.cancel': 'Annuleren en terug naar {app}',
  'login.refused.title': 'We konden u niet aanmelden',
  'login.refused.wrong': 'Dit e-mailadres en wachtwoord horen niet bij elkaar.',
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
  'passkey.none_saved': 'Er is geen passkey bewaard. Probeer het opnieuw, of ga zonder verder.',
  'passkey.not_saved': 'De passkey is niet bewaard. Probeer het opnieuw.',
  'passkey.expired': 'Dat duurde te lang. Probeer het opnieuw.',
  'passkey.saved_already': 'Dit apparaat heeft al een passkey van u.',
  'passkey.kind_refused': 'Passkeys van deze soort kunnen hier niet. Bewaar er een op een ander apparaat.',
  'passkey.synced': 'gekopieerd naar uw andere apparaten',
  'passkey.not_synced': 'alleen op dat apparaat',
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
  'method.backup-codes.name': 'Reservecodes',

  'totp.title': 'Nog een stap',
  'totp.code': 'Code uit uw authenticator-app',
  'totp.submit': 'Doorgaan',
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
  'totp.add.text': 'Scan de afbeelding met de app op uw telefoon. Die toont dan telkens een nieuwe code.',
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
  'scope.profile': 'Uw naam en profiel zien',
  'scope.email': 'Uw e-mailadres zien',
  'scope.address': 'Uw postadres zien',
  'scope.phone': 'Uw telefoonnummer zien',
  'scope.claim': '“{claim}” uit uw profiel zien',
  'scope.offline_access': 'Verbonden blijven als u weg bent',

  'first_administrator.title': 'Maak de eerste beheerder',
  'first_administrator.text': 'Hier heeft nog niemand een account. Dit account zorgt voor alle andere.',
  'first_administrator.name': 'Uw naam',
  'first_administrator.email': 'E-mail',
  'first_administrator.submit': 'Mijn account maken',

  'welcome.title': 'Uw Gatehouse staat',
  'welcome.text':
    'Hier heeft nog niemand een account. Waar de server is gestart, staat een link om het eerste te maken.',
  'welcome.again': 'Die werkt één keer, een uur lang. Start de server opnieuw voor een nieuwe:',

  'set_password.title': 'Kies uw wachtwoord',
  'set_password.text': 'Daarna meldt u zich daarmee en met uw e-mail aan.',
  'set_password.email': 'E-mail',
  'set_password.submit': 'Dit wachtwoord gebruiken',

  'users.email_taken': 'Dit adres heeft al een account. Gebruik een ander.',
  'users.email_malformed': 'Een e-mailadres heeft één @ en een punt: ana@example.com.',
  'users.name_missing': 'Typ uw naam.',

  'sign_out.title': 'Afmelden?',
  'sign_out.text': 'U bent aangemeld als {email}.',
  'sign_out.asked': '{app} vraagt u af te melden bij {brand} in deze browser.',
  'sign_out.plain': 'Dit meldt u af bij {brand} in deze browser.',
  'sign_out.yes': 'Afmelden',
  'sign_out.no': 'Aangemeld blijven',

  'signed_out.title': 'U bent afgemeld',
  'signed_out.text': 'U bent afgemeld bij {brand} in deze browser. Anderen kunnen hem nu veilig gebruiken.',
  'signed_out.app': 'U kunt deze pagina sluiten, of teruggaan naar {app} en u opnieuw aanmelden.',
  'signed_out.account': 'Aanmelden bij uw account',

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

  'account.profile': 'Profiel',
  'account.security': 'Beveiliging',
  'account.data': 'Uw gegevens',
  'account.again': 'Dank u, u bent het. Druk nu nog één keer.',

  'profile.title': 'Uw profiel',
  'profile.text':
    'Apps die uw profiel mogen zien, krijgen wat hier staat. Laat leeg wat niemand hoeft te zien.',
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
  'profile.hint.phone': 'Met de landcode: +41 44 268 12 34',
  'profile.hint.language': 'Voor deze pagina’s, onze mails en apps die erom vragen.',
  'profile.wrong.text': 'Dat is te lang, of er staat een teken in dat we niet kunnen tonen.',
  'profile.wrong.lines': 'Dat is te lang, of er staat een teken in dat we niet kunnen tonen.',
  'profile.wrong.url': 'Gebruik een adres dat begint met https://',
  'profile.wrong.date': 'Schrijf 1984-02-29, of alleen het jaar.',
  'profile.wrong.phone': 'Begin met + en de landcode: +41 44 268 12 34',
  'profile.wrong.language': 'Kies een taal uit de lijst.',
  'profile.wrong.zone': 'Kies een tijdzone uit de lijst.',

  'account_password.title': 'Wijzig uw wachtwoord',
  'account_password.title_first': 'Kies een wachtwoord',
  'account_password.text': 'Andere apparaten die de tweede stap overslaan, vragen er weer om.',
  'account_password.current': 'Huidig wachtwoord',
  'account_password.prove': 'Een andere manier gebruiken',
  'account_password.wrong': 'Dat is niet uw huidige wachtwoord. Kijk het na, of kies een andere manier.',
  'account_password.end_others': 'Overal elders afmelden, ook in apps',
  'account_password.end_others_hint': 'Zonder het vinkje blijft wie elders is ingelogd, ingelogd.',
  'account_password.submit': 'Dit wachtwoord gebruiken',

  'account_email.title': 'Wijzig uw e-mail',
  'account_email.title_confirm': 'Bevestig uw e-mail',
  'account_email.text':
    'Uw e-mail is nu {email}. We sturen een link naar het adres hieronder; er verandert niets voordat u die opent.',
  'account_email.new': 'Nieuwe e-mail',
  'account_email.submit': 'De link sturen',
  'account_email.same': 'Dat is al uw e-mail. Typ de nieuwe.',
  'account_email.slow_down': 'Dat waren veel links achter elkaar. Wacht {wait} en probeer het opnieuw.',
  'account_email.pending': 'Een link naar {email} staat te wachten. Een nieuwe vervangt hem.',

  'email_sent.title': 'Kijk in uw mail',
  'email_sent.text': 'We hebben een link gestuurd naar {email}. Hij werkt één keer, {valid} lang.',
  'email_sent.until': 'Tot u hem opent, blijft uw e-mail zoals hij is.',
  'email_sent.nothing': 'Niets gekregen? Kijk bij de ongewenste mail.',
  'email_sent.again': 'Nog een link sturen',

  'email_confirm.title': 'Bevestig deze e-mail',
  'email_confirm.text': '{email} wordt uw e-mail. Tot nu toe is dat {before}.',
  'email_confirm.same': '{email} is uw e-mail. Bevestig dat de mails u bereiken.',
  'email_confirm.submit': 'Bevestigen',
  'email_confirm.not_you': 'Hebt u hier niet om gevraagd? Sluit deze pagina. Er is nog niets gebeurd.',

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
  'security.second_factor_on': 'Als één bewijs niet genoeg is, vragen we om: {ways}.',
  'security.second_factor_off':
    'Uw account opent met één bewijs. Met een authenticator-app of passkey worden het er twee.',
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

  'event.signed_in': 'U meldde zich aan',
  'event.password_changed': 'Uw wachtwoord is gewijzigd',
  'event.recovered': 'Uw account is hersteld',
  'event.email_change_asked': 'Er is om een andere e-mail gevraagd',
  'event.email_changed': 'Uw e-mail is gewijzigd',
  'event.email_change_undone': 'Een wijziging van e-mail is teruggedraaid',
  'event.session_ended': 'Een sessie is beëindigd',
  'event.other_sessions_ended': 'Alle andere sessies zijn beëindigd',
  'event.consent_withdrawn': 'Een app is ontkoppeld',
  'event.data_exported': 'Een kopie van uw gegevens is gedownload',
  'event.deletion_planned': 'Er is gevraagd uw account te verwijderen',
  'event.deletion_cancelled': 'U kwam terug; uw account blijft',
  'event.device_forgotten': 'Een apparaat vraagt weer om de tweede stap',
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

  'prove.title': 'Nog een bewijs, graag',
  'prove.also': 'Voor deze wijziging vragen we ook:',
  'prove.also_one_of': 'Voor deze wijziging vragen we ook een van deze:',
  'prove.after': 'Daarna gaat u verder waar u was.',
  'prove.action': 'Doorgaan',
  'prove.none':
    'Niets wat uw account heeft, is genoeg voor deze wijziging. Vraag het aan wie deze site beheert.',
  'prove.back': 'Terug naar Beveiliging',
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
    'Misschien is het adres veranderd, of ontbreekt er een letter. Uw account is veilig.',
  'error.refused.title': 'Hier kunnen we niet verder',
  'error.refused.text':
    'Het verzoek van de app kan niet worden beantwoord. Er is niets gedeeld. Ga terug en probeer het nog eens.',
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

  'mailbox.title': 'Postbus',
  'mailbox.text': 'Mails van deze installatie. Alleen deze computer kan ze zien; er gaat niets naar buiten.',
  'mailbox.none': 'Er is nog geen mail verstuurd.',
  'mailbox.to': 'Aan {to} · {date}',

  'email.title': 'Aanmelden per e-mail',
  'email.text': 'We mailen u een link en een code van 6 cijfers. Een van beide is genoeg.',
  'email.submit': 'Stuur mij de e-mail',
  'email.wrong': 'Die code klopt niet, of is al gebruikt.',
  'email.check_code': 'Kijk deze code na.',
  'email.nothing_yet': 'Hebt u hier niet om gevraagd? Sluit deze pagina. Er is nog niets gebeurd.',
  'email.sent.title': 'Kijk in uw e-mail',
  'email.sent.text':
    'Als {address} een account heeft, hebben we een link en een code van 6 cijfers gestuurd. Beide werken {valid}.',
  'email.sent.code': 'Code uit de e-mail',
  'email.sent.hint': 'Open de link in deze browser, of typ de code hier.',
  'email.sent.nothing': 'Niets gekregen? Kijk in uw spammap. Een nieuwe code vervangt de vorige.',
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
  'email.here.then': 'De pagina waar u begon, heeft dan een nieuwe code nodig.',
  'email.here.submit': 'Hier aanmelden',
  'email.here.back': 'Toon de code nog eens',

  'mail.sent_by': 'Verstuurd door {host}',

  'mail.sign_in.subject': '{code} is uw code voor {brand}',
  'mail.sign_in.preheader': '{code} – typ hem, of gebruik de link. Beide werken {valid}.',
  'mail.sign_in.title': 'Meld u aan bij uw account',
  'mail.sign_in.title_app': 'Meld u aan bij {app}',
  'mail.sign_in.code': 'Typ deze code waar u begon:',
  'mail.sign_in.action': 'Of meld u met deze link aan bij {host}',
  'mail.sign_in.when':
    'Aangevraagd op {when}, met {device}, vanuit het netwerk {network}. Werkt één keer, {valid} lang.',
  'mail.sign_in.safe':
    'Was u dit niet? Verwijder deze e-mail. Zonder deze mail komt niemand binnen. Lees de code nooit aan iemand voor.',

  'mail.link_used.subject': 'U bent op een ander apparaat aangemeld bij {brand}',
  'mail.link_used.title': 'Onze link is op een ander apparaat gebruikt',
  'mail.link_used.what':
    'U vroeg een link aan in één browser en gebruikte hem in een andere: {device}. Daar is uw account bij {brand} nu open.',
  'mail.link_used.when': 'Dit gebeurde op {when}, vanuit het netwerk {network}.',
  'mail.link_used.do': 'Was u dit? Dan is alles goed. Zo niet, beëindig die sessie dan nu.',
  'mail.link_used.action': 'Mijn sessies bekijken',

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
    'Weet u niet waar dit over gaat? Verwijder deze mail. Geef de link aan niemand: hij opent uw account.',

  'mail.password_changed.subject': 'Uw wachtwoord van {brand} is gewijzigd',
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
  'mail.email_confirm.safe': 'Was u dit niet? Verwijder deze mail, dan gebeurt er niets.',

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

  'login.forgot': 'Vergeten?',
  'login.register': 'Een account maken',

  'entry.to_login': 'Terug naar aanmelden',
  'entry.go_on': 'Verder',
  'entry.nothing_yet': 'Hebt u hier niet om gevraagd? Sluit deze pagina. Er is nog niets gebeurd.',
  'entry.sent.title': 'Kijk in uw mail',
  'entry.sent.code': 'Code van 6 cijfers',
  'entry.sent.wrong': 'Die code klopt niet. Kijk in de nieuwste mail en typ alle zes cijfers.',
  'entry.sent.check_code': 'Kijk deze code na.',
  'entry.sent.nothing': 'Niets gekregen? Kijk in uw spammap, en kijk het adres hierboven na.',
  'entry.sent.again': 'Een ander adres proberen, of een nieuwe mail vragen',
  'entry.elsewhere.title': 'Typ deze code waar u begon',
  'entry.elsewhere.text':
    'U opende de link in een andere browser dan waarin u begon. Ga daarheen terug en typ:',
  'entry.elsewhere.hint':
    'Hij werkt {valid}. Geef hem aan niemand: {brand} vraagt er nooit om per telefoon of mail.',

  'recovery.title': 'Kies een nieuw wachtwoord',
  'recovery.text': 'Typ uw e-mailadres. We sturen u een link en een code.',
  'recovery.submit': 'De mail sturen',
  'recovery.slow_down.title': 'Dat waren veel mails achter elkaar',
  'recovery.slow_down.text':
    'Wacht {wait} en vraag het dan opnieuw. Mails die al verstuurd zijn, werken nog.',
  'recovery.sent':
    'Als {address} een account heeft, hebben we een link en een code van 6 cijfers gestuurd. Beide werken {valid}.',
  'recovery.link.title': 'Verder naar een nieuw wachtwoord?',
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
  'added_lately.go_on': 'Alles van mij, verder',

  'mail.entry.when': 'Aangevraagd op {when} met {device}, vanuit het netwerk {network}. Werkt {valid}.',

  'mail.recovery.subject': '{code} is uw code voor een nieuw wachtwoord van {brand}',
  'mail.recovery.preheader': '{code} werkt {valid}.',
  'mail.recovery.title': 'Kies een nieuw wachtwoord',
  'mail.recovery.code': 'Typ deze code waar u erom vroeg, of druk op de knop in dezelfde browser.',
  'mail.recovery.action': 'Verder op {host}',
  'mail.recovery.safe':
    'Hebt u hier niet om gevraagd? Verwijder deze mail. Uw wachtwoord blijft zoals het is.',

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
    'Had u dit niet verwacht? Verwijder deze mail en vraag het hun. Geef de link aan niemand: hij opent uw account.',

  'mail.recovered.subject': 'Uw account bij {brand} is hersteld',
  'mail.recovered.title': 'Uw account is hersteld',
  'mail.recovered.what': 'Iemand die uw mail leest, koos een nieuw wachtwoord voor uw account bij {brand}.',
  'mail.recovered.ended': 'Alle apparaten en apps zijn afgemeld.',
  'mail.recovered.do':
    'Was u dit? Dan is alles goed. Zo niet, beveilig dan eerst uw mailbox en kies daarna een ander wachtwoord.',
  'mail.recovered.when': 'Dit gebeurde op {when}, met {device}, vanuit het netwerk {network}.',

  'mail.new_device.subject': 'Nieuwe aanmelding bij uw account van {brand}: {device}',
  'mail.new_device.title': 'Een aanmelding vanaf een nieuw apparaat',
  'mail.new_device.what':
    'Iemand meldde zich bij uw account van {brand} aan met {device}, waar dat nog nooit was gebeurd.',
  'mail.new_device.do': 'Was u dit? Dan hoeft u niets te doen. Zo niet, meld dat apparaat dan af:',
  'mail.new_device.action': 'Dit was ik niet',

  'registration.title': 'Maak een account',
  'registration.text':
    'Typ uw e-mailadres. We sturen u een link en een code, zodat we weten dat het van u is.',
  'registration.invited': 'U bent uitgenodigd. De uitnodiging is voor dit adres:',
  'registration.submit': 'De mail sturen',
  'registration.have_one': 'Ik heb een account',
  'registration.domain':
    'Hier kunnen alleen adressen van sommige domeinen. Gebruik dat van uw school of werk.',
  'registration.sent':
    'We hebben een mail gestuurd naar {address}. Daarin staat wat u nodig hebt; hij werkt {valid}.',
  'registration.link.title': 'Verder naar uw nieuwe account?',
  'registration.link.text':
    'U vroeg erom in deze browser. Het account wordt gemaakt als u de volgende pagina hebt ingevuld.',
  'registration.details.title': 'Uw nieuwe account',
  'registration.details.name': 'Uw naam',
  'registration.details.submit': 'Mijn account maken',
  'registration.details.passkey': 'Een passkey gebruiken in plaats van een wachtwoord',

  'mail.registration.subject': '{code} is uw code voor uw nieuwe account bij {brand}',
  'mail.registration.preheader': '{code} werkt {valid}.',
  'mail.registration.title': 'Is dit uw adres?',
  'mail.registration.code': 'Typ deze code waar u erom vroeg, of druk op de knop in dezelfde browser.',
  'mail.registration.action': 'Verder op {host}',
  'mail.registration.safe':
    'Hebt u hier niet om gevraagd? Verwijder deze mail. Zonder de code wordt er geen account gemaakt.',

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
    'U bent uitgenodigd om een account bij {brand} te maken, met het adres dat deze mail kreeg.',
  'mail.invitation.action': 'Mijn account maken',
  'mail.invitation.safe': 'Weet u niet waar dit over gaat? Verwijder deze mail. Er gebeurt niets.',
};
