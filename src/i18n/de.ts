import type { Messages } from './messages.ts';

export const messages: Messages = {
  'page.title': '{title} – {brand}',
  'page.title_error': 'Fehler: {title} – {brand}',

  'layout.you_are_on': 'Sie sind auf {host}',
  'layout.where': 'Wo Sie sind',
  'layout.help': 'Hilfe',
  'layout.privacy': 'Datenschutz',
  'layout.language': 'Sprache',
  'layout.change_language': 'Ändern',
  'layout.menu': 'Menü',
  'layout.check_field': 'Sehen Sie sich dieses Feld noch einmal an.',
  'layout.check_form.title': 'Noch nicht ganz',
  'layout.sign_out': 'Abmelden',

  'login.title': 'Anmelden',
  'login.route': 'weiter zu {app} {host}',
  'login.identifier': 'E-Mail',
  'login.not_you': 'Nicht Sie?',
  'login.remember': 'Auf diesem Gerät angemeldet bleiben',
  'login.submit': 'Anmelden',
  'login.others': 'Andere Wege, sich anzumelden',
  'login.last_used': 'Hier zuletzt genutzt',
  'login.cancel': 'Abbrechen und zurück zu {app}',
  'login.refused.title': 'Die Anmeldung hat nicht geklappt',
  'login.refused.wrong': 'E-Mail und Passwort passen nicht zusammen.',
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
  'mail.second_factor_failed.subject': 'Jemand kannte Ihr {brand}-Passwort, aber nicht den Rest',
  'mail.second_factor_failed.title': 'Eine Anmeldung blieb auf halbem Weg stehen',
  'mail.second_factor_failed.what':
    'Jemand hat für Ihr {brand}-Konto die erste Frage richtig beantwortet, um sich bei {app} anzumelden. Die zweite Antwort war falsch; niemand ist hineingekommen.',
  'mail.second_factor_failed.when': 'Das geschah am {when}, mit {device}, aus dem Netz {network}.',
  'mail.second_factor_failed.do':
    'Waren Sie das? Dann versuchen Sie es einfach noch einmal. Wenn nicht, ändern Sie jetzt Ihr Passwort: Jemand anderes kennt es.',
  'mail.second_factor_failed.action': 'Mein Konto ansehen',

  'method.password.name': 'Passwort',
  'method.passkey.name': 'Passkey',
  'method.email.name': 'Anmeldelink per E-Mail',

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
  'scope.profile': 'Ihren Namen und Ihr Profil sehen',
  'scope.email': 'Ihre E-Mail-Adresse sehen',
  'scope.address': 'Ihre Postanschrift sehen',
  'scope.phone': 'Ihre Telefonnummer sehen',
  'scope.claim': '„{claim}“ aus Ihrem Profil sehen',
  'scope.offline_access': 'Verbunden bleiben, auch wenn Sie nicht da sind',

  'first_administrator.title': 'Das erste Konto anlegen',
  'first_administrator.text': 'Hier hat noch niemand ein Konto. Dieses verwaltet später alle anderen.',
  'first_administrator.name': 'Ihr Name',
  'first_administrator.email': 'E-Mail',
  'first_administrator.submit': 'Konto anlegen',

  'welcome.title': 'Ihr Gatehouse steht',
  'welcome.text':
    'Hier hat noch niemand ein Konto. Der Link für das erste wurde dort ausgegeben, wo der Server gestartet wurde.',
  'welcome.again': 'Er gilt einmal und eine Stunde lang. Für einen neuen starten Sie den Server noch einmal:',

  'set_password.title': 'Wählen Sie Ihr Passwort',
  'set_password.text': 'Damit und mit Ihrer E-Mail-Adresse melden Sie sich künftig an.',
  'set_password.email': 'E-Mail',
  'set_password.submit': 'Passwort übernehmen',

  'users.email_taken': 'Zu dieser Adresse gibt es schon ein Konto. Nehmen Sie eine andere.',
  'users.email_malformed': 'Eine E-Mail-Adresse hat ein @ und einen Punkt: ana@example.com.',
  'users.name_missing': 'Geben Sie Ihren Namen ein.',

  'sign_out.title': 'Abmelden?',
  'sign_out.text': 'Sie sind als {email} angemeldet.',
  'sign_out.asked': '{app} möchte Sie in diesem Browser von {brand} abmelden.',
  'sign_out.plain': 'Das meldet Sie in diesem Browser von {brand} ab.',
  'sign_out.yes': 'Abmelden',
  'sign_out.no': 'Angemeldet bleiben',

  'signed_out.title': 'Sie sind abgemeldet',
  'signed_out.text':
    'Sie sind in diesem Browser von {brand} abgemeldet. Andere können ihn jetzt gefahrlos nutzen.',
  'signed_out.app': 'Sie können diese Seite schließen oder zu {app} zurückgehen und sich neu anmelden.',
  'signed_out.account': 'Bei Ihrem Konto anmelden',

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
    'Vielleicht hat sich die Adresse geändert, oder ein Buchstabe fehlt. Ihr Konto ist sicher.',
  'error.refused.title': 'Hier geht es nicht weiter',
  'error.refused.text':
    'Die Anfrage der App lässt sich nicht beantworten. Nichts wurde weitergegeben. Gehen Sie zurück und versuchen Sie es noch einmal.',
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
  'error.signed_in_already.title': 'Sie sind angemeldet',
  'error.signed_in_already.text': 'Diese Anmeldung ist fertig. Auf dieser Seite ist nichts mehr zu tun.',

  'mailbox.title': 'Postfach',
  'mailbox.text': 'Mails dieser Installation. Nur dieser Computer kann sie sehen; nichts davon verlässt ihn.',
  'mailbox.none': 'Es wurde noch keine Mail verschickt.',
  'mailbox.to': 'An {to} · {date}',

  'mail.sent_by': 'Gesendet von {host}',
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
    'Sie wissen nicht, worum es geht? Löschen Sie diese Mail. Geben Sie den Link nicht weiter: Er öffnet Ihr Konto.',
  'mail.password_changed.subject': 'Ihr Passwort für {brand} wurde geändert',
  'mail.password_changed.title': 'Ihr Passwort wurde geändert',
  'mail.password_changed.what': 'Das Passwort Ihres Kontos bei {brand} wurde geändert.',
  'mail.password_changed.when': 'Das geschah am {when}, aus dem Netz {network}.',
  'mail.password_changed.do': 'Waren Sie das? Dann ist alles gut. Wenn nicht, wenden Sie sich sofort an uns.',
  'mail.password_changed.action': 'Mein Konto ansehen',
};
