import type { Messages } from './messages.ts';

/** French. People are addressed as “vous”. */
export const messages: Messages = {
  'page.title': '{title} – {brand}',
  'page.title_error': 'Erreur : {title} – {brand}',

  'layout.you_are_on': 'Vous êtes sur {host}',
  'layout.seal': 'Le motif est tracé à partir de cette adresse.',
  'layout.where': 'Où vous êtes',
  'layout.this_machine': 'cette machine',
  'layout.help': 'Aide',
  'layout.privacy': 'Confidentialité',
  'layout.language': 'Langue',
  'layout.menu': 'Menu',
  'layout.check_field': 'Vérifiez ce champ.',
  'layout.check_form.title': 'À vérifier',
  'layout.not_yet.title': 'Cela n’a pas encore marché',
  'layout.sign_out': 'Se déconnecter',

  'login.title': 'Se connecter',
  'login.route': 'pour continuer vers {app} {host}',
  'login.route_account': 'pour ouvrir votre compte',
  'login.identifier': 'E-mail',
  'login.username': 'Nom d’utilisateur',
  'login.username_or_email': 'Nom d’utilisateur ou e-mail',
  'login.not_you': 'Ce n’est pas vous ?',
  'login.remember': 'Rester connecté',
  'login.submit': 'Se connecter',
  'login.others': 'Autres façons de se connecter',
  'login.last_used': 'Dernière utilisée ici',
  'login.cancel': 'Annuler et revenir à {app}',
  'login.refused.title': 'Nous n’avons pas pu vous connecter',
  'login.refused.wrong': 'Cet e-mail et ce mot de passe ne vont pas ensemble.',
  'login.refused.wrong_name': 'Ce nom et ce mot de passe ne vont pas ensemble.',
  'login.refused.check': 'Vérifiez les deux, puis réessayez.',
  'login.refused.check_or_other': 'Vérifiez les deux, ou choisissez une autre façon ci-dessous.',
  'login.refused.slow_down': 'Cela fait plusieurs essais de suite. Attendez {wait}, puis réessayez.',
  'login.refused.slow_down_or_other':
    'Cela fait plusieurs essais de suite. Attendez {wait}, ou choisissez une autre façon ci-dessous.',
  'login.refused.busy': 'Beaucoup de personnes se connectent en ce moment. Réessayez dans un instant.',
  'login.check_password': 'Vérifiez ce mot de passe.',
  'login.refused.expired':
    'Cette page est restée ouverte trop longtemps, ou sa réponse a déjà servi. En voici une nouvelle.',

  'ways.count': {
    by: 'count',
    one: '{count} restant',
    many: '{count} restants',
    other: '{count} restants',
  },

  'second_factor.remember_device': {
    by: 'days',
    one: 'Ne plus demander sur cet appareil pendant {days} jour',
    many: 'Ne plus demander sur cet appareil pendant {days} jours',
    other: 'Ne plus demander sur cet appareil pendant {days} jours',
  },

  'enrol.title': 'Ajoutez une deuxième preuve que c’est bien vous',
  'enrol.text': '{app} en demande plus d’une. Choisissez ce qui vous convient ; cela prend une minute.',
  'enrol.later': {
    by: 'left',
    one: 'Plus tard (dernière fois)',
    many: 'Plus tard (encore {left} fois)',
    other: 'Plus tard (encore {left} fois)',
  },

  'mail.way_changed.subject_enrolled': 'Ajouté à votre compte {brand} : {way}',
  'mail.way_changed.subject_removed': 'Retiré de votre compte {brand} : {way}',
  'mail.way_changed.title_enrolled': 'Un moyen de connexion a été ajouté',
  'mail.way_changed.title_removed': 'Un moyen de connexion a été retiré',
  'mail.way_changed.what_enrolled': 'Votre compte {brand} a un nouveau moyen de connexion : {way}.',
  'mail.way_changed.what_removed': 'Votre compte {brand} a perdu un moyen de connexion : {way}.',
  'mail.way_changed.when': 'Cela s’est passé le {when}, depuis le réseau {network}.',
  'mail.way_changed.do':
    'C’était vous ? Alors tout va bien. Sinon, changez votre mot de passe et vérifiez vos moyens de connexion.',
  'mail.way_changed.action': 'Voir mon compte',
  'mail.new_credential.do':
    'C’était vous ? Alors tout va bien. Sinon, retirez-le sous 30 jours ; cela déconnecte aussi tous les navigateurs et applications.',
  'mail.new_credential.action': 'Ce n’était pas moi',

  'mail.second_factor_failed.subject': 'Quelqu’un connaissait votre mot de passe {brand}, mais pas la suite',
  'mail.second_factor_failed.title': 'Une connexion s’est arrêtée à mi-chemin',
  'mail.second_factor_failed.what':
    'Quelqu’un a donné la bonne première réponse pour votre compte {brand}, afin de se connecter à {app}. La seconde était fausse, personne n’est donc entré.',
  'mail.second_factor_failed.when': 'Cela s’est passé le {when}, avec {device}, depuis le réseau {network}.',
  'mail.second_factor_failed.do':
    'C’était vous ? Réessayez simplement. Sinon, changez votre mot de passe maintenant : quelqu’un d’autre le connaît.',
  'mail.second_factor_failed.action': 'Voir mon compte',

  'passkey.title': 'Utilisez votre clé d’accès',
  'passkey.text':
    'Votre appareil demande votre empreinte, votre visage ou le verrouillage de l’écran, ou votre clé de sécurité.',
  'passkey.submit': 'Utiliser une clé d’accès',
  'passkey.none': 'Aucune clé d’accès n’a été utilisée. Réessayez, ou connectez-vous autrement.',
  'passkey.wrong': 'Cette clé d’accès ne fonctionne pas ici. Essayez-en une autre, ou une autre façon.',
  'passkey.script': 'Les clés d’accès ont besoin de JavaScript. Activez-le, ou choisissez une autre façon.',
  'passkey.add.title': 'Enregistrer une clé d’accès',
  'passkey.add.submit': 'Enregistrer une clé d’accès',
  'passkey.offer.title': 'Se passer du mot de passe la prochaine fois ?',
  'passkey.offer.text':
    'Enregistrez une clé d’accès sur cet appareil et connectez-vous avec votre empreinte, votre visage ou le verrouillage de l’écran. Elle ne peut être ni détournée ni réutilisée.',
  'passkey.offer.here_title': 'Se passer de l’autre appareil la prochaine fois ?',
  'passkey.offer.here_text':
    'Vous vous êtes connecté avec la clé d’accès d’un autre appareil. Enregistrez-en une aussi sur celui-ci et connectez-vous avec votre empreinte, votre visage ou le verrouillage de l’écran.',
  'passkey.offer.note':
    'Toute personne qui peut déverrouiller cet appareil pourra se connecter à votre place.',
  'passkey.offer.submit': 'Enregistrer une clé d’accès',
  'passkey.offer.later': 'Pas maintenant',
  'passkey.offer.never': 'Ne plus demander',
  'more_ways.title': 'Plus vite la prochaine fois ?',
  'more_ways.text':
    'Avec une clé d’accès ou un mot de passe, vous n’attendez plus de message. La connexion par e-mail reste possible.',
  'more_ways.password': 'Choisir un mot de passe',
  'more_ways.keep': 'Garder l’e-mail',
  'more_ways.back': 'Revenir au choix',
  'passkey.none_saved': 'Aucune clé d’accès n’a été enregistrée. Réessayez, ou continuez sans.',
  'passkey.not_saved': 'La clé d’accès n’a pas été enregistrée. Réessayez.',
  'passkey.expired': 'Cela a pris trop de temps. Réessayez.',
  'passkey.saved_already': 'Cet appareil a déjà une clé d’accès pour vous.',
  'passkey.kind_refused':
    'Les clés d’accès de ce type ne sont pas admises ici. Enregistrez-en une sur un autre appareil.',
  'passkey.synced': 'copiée sur vos autres appareils',
  'passkey.not_synced': 'sur cet appareil seulement',
  'passkey.second_only': 'seulement comme deuxième étape',
  'passkey.too_many': 'Vous avez {maximum} clés d’accès, c’est le maximum. Retirez-en une d’abord.',

  'method.password.name': 'Mot de passe',
  'method.passkey.name': 'Clé d’accès',
  'method.email.name': 'Recevoir un lien de connexion par e-mail',
  'method.email.noun': 'Lien et code par e-mail',

  'password.label': 'Mot de passe',
  'password.new': 'Choisissez un mot de passe',
  'password.again': 'Le même mot de passe encore une fois',
  'password.show': 'Afficher',
  'password.hide': 'Masquer',
  'password.hint': {
    by: 'minimum',
    one: 'Au moins {minimum} caractère. Quelques mots avec des espaces conviennent bien.',
    many: 'Au moins {minimum} caractères. Quelques mots avec des espaces conviennent bien.',
    other: 'Au moins {minimum} caractères. Quelques mots avec des espaces conviennent bien.',
  },
  'password.too_short': {
    by: 'minimum',
    one: 'Utilisez au moins {minimum} caractère. Quelques mots avec des espaces conviennent bien.',
    many: 'Utilisez au moins {minimum} caractères. Quelques mots avec des espaces conviennent bien.',
    other: 'Utilisez au moins {minimum} caractères. Quelques mots avec des espaces conviennent bien.',
  },
  'password.too_long': 'C’est plus long que ce que nous pouvons garder. Choisissez-en un plus court.',
  'password.characters':
    'Il contient un caractère que les claviers n’écrivent pas tous de la même façon. Utilisez des lettres, des chiffres et des signes.',
  'password.breached':
    'Beaucoup de gens utilisent ce mot de passe, il est donc essayé en premier. Choisissez-en un autre.',
  'password.personal':
    'C’est surtout votre nom, votre e-mail ou notre nom. D’autres essaieraient cela en premier.',
  'password.differs': 'Les deux mots de passe diffèrent. Tapez deux fois le même.',
  'password.missing': 'Tapez un mot de passe.',

  'layout.copied': 'Copié',

  'ways.signing_in_as': 'Connexion en tant que {email}',
  'ways.cancel': 'Annuler',

  'method.totp.name': 'Application d’authentification',
  'method.upstream.name': 'Autre fournisseur',
  'method.backup-codes.name': 'Codes de secours',

  'totp.title': 'Encore une étape',
  'totp.code': 'Code de votre application d’authentification',
  'layout.continue': 'Continuer',
  'totp.others': 'Vous n’avez pas l’application sous la main ?',
  'totp.wrong': 'Ce code ne correspond pas. Tapez celui que l’application affiche maintenant.',
  'totp.reused': 'Ce code a déjà servi. Attendez le suivant dans l’application.',
  'totp.too_many': {
    by: 'maximum',
    one: 'Vous avez {maximum} application d’authentification, c’est le maximum. Retirez-la d’abord.',
    many: 'Vous avez {maximum} applications d’authentification, c’est le maximum. Retirez-en une d’abord.',
    other: 'Vous avez {maximum} applications d’authentification, c’est le maximum. Retirez-en une d’abord.',
  },
  'totp.added': 'Cette application est déjà associée.',
  'totp.add.title': 'Associer une application d’authentification',
  'totp.add.text':
    'Scannez l’image avec l’application d’authentification de votre téléphone. Elle affiche alors un code qui change sans cesse.',
  'totp.add.picture': 'Code QR pour votre application d’authentification',
  'totp.add.same_device': 'L’application est sur cet appareil ? Ouvrez-la ici',
  'totp.add.by_hand': 'Impossible de scanner ? Tapez cette clé dans l’application :',
  'totp.add.copy': 'Copier la clé',
  'totp.add.code': 'Code affiché maintenant par l’application',
  'totp.add.name': 'Nom',
  'totp.add.name_hint': 'Pour la reconnaître dans votre compte.',
  'totp.add.proposal': 'Application d’authentification',
  'totp.add.proposal_more': 'Application d’authentification {number}',
  'totp.add.submit': 'Associer',

  'backup_codes.title': 'Utiliser un code de secours',
  'backup_codes.code': 'Code de secours',
  'backup_codes.hint': 'Huit lettres et chiffres de la liste que vous avez gardée. Chacun sert une fois.',
  'backup_codes.wrong': 'Ce code n’est pas sur votre liste. Vérifiez-le lettre par lettre.',
  'backup_codes.reused': 'Ce code a déjà servi. Prenez le suivant sur votre liste.',
  'backup_codes.not_saved': 'Cochez la case une fois les codes en lieu sûr.',
  'backup_codes.added': 'Ces codes sont déjà enregistrés.',
  'backup_codes.add.title': 'Gardez vos codes de secours',
  'backup_codes.add.text':
    'Si vous perdez votre téléphone, chaque code vous laisse entrer une fois. Nous ne pourrons plus les afficher.',
  'backup_codes.add.replaces': 'Dès que vous terminez, vos anciens codes ne fonctionnent plus.',
  'backup_codes.add.download': 'Télécharger',
  'backup_codes.add.copy': 'Copier',
  'backup_codes.add.print': 'Imprimer',
  'backup_codes.add.saved': 'J’ai gardé ces codes en lieu sûr',
  'backup_codes.add.submit': 'Terminer',

  'mail.passkey_doubted.subject': 'Une clé d’accès de votre compte {brand} est à vérifier',
  'mail.passkey_doubted.title': 'Il existe peut-être une copie de votre clé d’accès',
  'mail.passkey_doubted.what':
    'Quelqu’un s’est connecté à votre compte {brand} avec la clé d’accès {name}. Son compteur n’a pas avancé comme il aurait dû. Cela arrive quand une clé de sécurité est réinitialisée, ou quand quelqu’un en a une copie.',
  'mail.passkey_doubted.do':
    'C’était vous ? Alors tout va bien : à votre prochaine modification, nous vous demanderons, une seule fois, un autre moyen de connexion en plus. Sinon, supprimez cette clé d’accès maintenant.',
  'mail.passkey_doubted.action': 'Voir mes clés d’accès',
  'mail.passkey_doubted.when': 'Cela s’est passé le {when}, avec {device}, depuis le réseau {network}.',
  'mail.backup_code_used.subject': 'Un code de secours a ouvert votre compte {brand}',
  'mail.backup_code_used.title': 'Un code de secours a été utilisé',
  'mail.backup_code_used.what':
    'Quelqu’un s’est connecté à votre compte {brand} avec l’un de vos codes de secours.',
  'mail.backup_code_used.left': {
    by: 'left',
    one: 'Il vous reste {left} code. Créez-en bientôt de nouveaux.',
    many: 'Il vous reste {left} codes.',
    other: 'Il vous reste {left} codes.',
  },
  'mail.backup_code_used.none_left': 'C’était le dernier. Créez-en de nouveaux maintenant.',
  'mail.backup_code_used.do':
    'C’était vous ? Alors tout va bien. Sinon, quelqu’un a vos codes : créez-en de nouveaux et changez votre mot de passe.',
  'mail.backup_code_used.action': 'Créer de nouveaux codes',
  'mail.backup_code_used.when': 'Cela s’est passé le {when}, depuis le réseau {network}.',

  'other_person.title': 'Un autre compte est demandé',
  'other_person.text': '{app} demande un autre compte que {email}. Vous n’avez pas été connecté.',
  'other_person.again': 'Se connecter avec un autre compte',
  'may_use.title': 'Vous ne pouvez pas utiliser ceci',
  'may_use.app': '{email} n’a pas accès à {app}.',
  'may_use.scopes': '{app} demande un accès que {email} n’a pas.',
  'may_use.contact': 'Si vous en avez besoin, adressez-vous à {contact}.',
  'may_use.nobody': 'Si vous en avez besoin, adressez-vous aux responsables de {app}.',
  'required.new_tab': '(s’ouvre dans un nouvel onglet)',
  'required.missing': 'Remplissez ce champ.',
  'required.profile.title': 'Complétez votre profil',
  'required.profile.text': 'C’est nécessaire avant de continuer.',
  'required.email.title': 'Confirmez votre adresse e-mail',
  'required.email.text':
    'Nous enverrons un code à 6 chiffres à {email}. Tapez-le ici pour montrer que l’adresse est la vôtre.',
  'required.email.submit': 'M’envoyer le code',
  'required.email.sent': 'Nous avons envoyé un code à {email}.',
  'required.email.change': 'Mauvaise adresse ? Changez-la dans votre compte',
  'required.email.too_many': 'Trop d’e-mails ont été demandés. Attendez un moment, puis réessayez.',
  'required.email.unavailable':
    'Nous ne pouvons pas envoyer d’e-mails pour le moment, vous ne pouvez donc pas continuer. Demandez à la personne qui gère ce site.',
  'required.password.title': 'Choisissez un nouveau mot de passe',
  'required.password.text':
    'Votre mot de passe doit être changé avant de continuer. Vous ne pouvez pas reprendre l’ancien.',
  'required.password.same': 'C’est votre ancien mot de passe. Choisissez-en un autre.',
  'terms.title': 'À lire et à accepter',
  'terms.text': 'Pour continuer, vous devez accepter ceci.',
  'terms.text_new':
    'Ce texte a changé depuis que vous l’avez accepté. Pour continuer, vous devez accepter la nouvelle version.',
  'terms.accept': 'Accepter',
  'terms.decline': 'Ne pas accepter',
  'terms.changed': 'Il existe une version plus récente. Lisez-la avant de l’accepter.',
  'select_account.title': 'Choisissez un compte',
  'select_account.stay': 'Continuer en tant que {name}',
  'select_account.another': 'Utiliser un autre compte',
  'identity.note': 'Connectez-vous une fois en tant que {email}. {provider} sera ensuite relié à ce compte.',
  'identity.connect.title': 'Relier {provider}',
  'identity.connect.exists':
    'Il existe ici un compte avec l’adresse {address}. Connectez-vous une fois comme d’habitude. {provider} y sera ensuite relié.',
  'identity.connect.proved': 'Vous êtes connecté en tant que {email}. Relier {provider} à ce compte ?',
  'identity.connect.means.ways': 'Désormais, {provider} vous connecte aussi ici.',
  'identity.connect.means.stay': 'Vos autres moyens de connexion restent, votre deuxième étape aussi.',
  'identity.connect.means.learns':
    '{provider} ne reçoit jamais votre mot de passe. Il apprend quand vous vous connectez ici avec lui.',
  'identity.connect.means.undo': 'Vous pouvez le retirer dans votre compte.',
  'identity.connect.submit': 'Relier {provider}',
  'identity.connect.skip': 'Pas maintenant',
  'identity.code.text':
    'Nous avons envoyé un e-mail à {address}. Tapez ici le code qu’il contient. Il sert pendant {valid}.',
  'identity.code.why':
    '{provider} ne se porte pas garant de cette adresse, nous la vérifions donc nous-mêmes.',
  'identity.code.still':
    'Ici, les comptes dépendent de cette adresse, nous vérifions donc qu’elle est toujours la vôtre.',
  'identity.create.title': 'Créer votre compte',
  'identity.create.text':
    'Voici ce que {provider} nous a dit de vous. Vérifiez ce que votre compte doit contenir ici.',
  'identity.create.language': 'Langue : {language}',
  'identity.create.picture': 'Reprendre l’image de {host}',
  'identity.create.later':
    'Désormais, {provider} vous connecte ici. Vous pourrez ajouter un mot de passe ou une clé d’accès plus tard, dans votre compte.',
  'upstream.failed.cancelled': 'Vous avez annulé chez {provider}. Réessayez, ou utilisez un autre moyen.',
  'upstream.failed.refused': '{provider} ne vous a pas laissé entrer. Réessayez, ou utilisez un autre moyen.',
  'upstream.failed.unreachable':
    '{provider} ne répond pas pour le moment. Utilisez un autre moyen, ou réessayez plus tard.',
  'upstream.failed.invalid':
    'La réponse de {provider} n’a pas pu être vérifiée. Réessayez, ou utilisez un autre moyen.',
  'upstream.failed.no_email':
    '{provider} ne nous a donné aucune adresse e-mail. Ajoutez-en une là-bas, ou utilisez un autre moyen.',
  'upstream.failed.not_allowed':
    'Ce compte {provider} ne donne pas accès ici. Utilisez-en un autre, ou un autre moyen.',
  'upstream.failed.gone': 'Ce moyen de connexion n’est plus proposé. Utilisez-en un autre.',
  'connect.failed': 'La connexion n’a pas été reliée',
  'connect.text': 'Vous allez maintenant chez {provider}, vous vous y connectez, puis vous revenez ici.',
  'connect.taken':
    'Ce compte {provider} est déjà relié à un compte ici. Connectez-vous là-bas avec un autre.',
  'unknown_identity.title': 'Aucun compte n’est relié',
  'unknown_identity.text':
    '{provider} a confirmé votre identité, mais aucun compte n’y est relié ici. Vous n’avez pas été connecté.',
  'unknown_identity.other': 'Se connecter autrement',
  'code.over': 'Ce code a été essayé trop souvent, ou il est trop ancien. Demandez-en un nouveau.',
  'enrol.over':
    'Il y a eu trop d’essais, ou cette page est restée ouverte trop longtemps. Recommencez ci-dessous ; ce qui était affiché avant ne fonctionne plus.',
  'login.local_only': 'Cette page est réservée à l’administration. Utilisez la page de connexion habituelle.',
  'login.local_only.go': 'Aller à la page de connexion habituelle',
  'away.wrong': 'Votre identité n’a pas été confirmée. Réessayez, ou utilisez un autre moyen.',

  'consent.title': 'Autoriser {app} à utiliser votre compte {brand} ?',
  'consent.who': 'connecté en tant que {email}',
  'consent.switch': 'Changer de compte',
  'consent.at': 'Chez {name}',
  'consent.allow': 'Autoriser',
  'consent.deny': 'Annuler',
  'consent.go': 'Vous irez vers {host}.',
  'consent.read_both': 'Lisez ses {terms} et sa {policy}.',
  'consent.read_one': 'À lire : {document}.',
  'consent.terms': 'conditions',
  'consent.policy': 'politique de confidentialité',
  'consent.undo': 'Vous pouvez revenir là-dessus à tout moment sous {link}.',

  'scope.openid': 'Savoir qui vous êtes',
  'scope.openid_hint':
    'Un numéro qui désigne votre compte, pour que l’application vous reconnaisse à votre retour',
  'scope.profile': 'Voir votre nom et votre profil',
  'scope.email': 'Voir votre adresse e-mail',
  'scope.address': 'Voir votre adresse postale',
  'scope.phone': 'Voir votre numéro de téléphone',
  'scope.roles': 'Voir vos rôles',
  'scope.groups': 'Voir vos groupes',
  'scope.claim': 'Voir « {claim} » dans votre profil',
  'scope.offline_access': 'Rester connectée en votre absence',
  'scope.offline_access_hint':
    'Elle peut utiliser ce que vous autorisez ici jusqu’à ce que vous la dissociiez',

  'first_administrator.title': 'Créer le premier compte',
  'first_administrator.text':
    'Personne n’a encore de compte ici. Le vôtre sera celui d’un administrateur. Les personnes et les applications se gèrent par des commandes sur le serveur.',

  'welcome.title': 'Gatehouse fonctionne',
  'welcome.text':
    'Personne n’a encore de compte ici. Un lien pour créer le premier s’est affiché là où le serveur a été démarré.',
  'welcome.again':
    'Il sert une fois, pendant une heure. Cette commande sur le serveur en affiche un nouveau :',

  'set_password.title': 'Choisissez votre mot de passe',
  'set_password.text': 'Vous vous connecterez ensuite avec lui et votre e-mail.',
  'password.save': 'Enregistrer ce mot de passe',

  'users.email_taken': 'Cette adresse a déjà un compte. Utilisez-en une autre.',
  'users.username_taken': 'Ce nom d’utilisateur n’est pas disponible. Choisissez-en un autre.',
  'users.username_malformed':
    'Un nom d’utilisateur se compose de lettres d’un même alphabet et de chiffres ; un point, un tiret ou un tiret bas peut les séparer.',
  'users.email_malformed': 'Une adresse e-mail a un seul @ et un point : ana@example.com.',
  'users.name_missing': 'Tapez votre nom.',

  'go_on.to': 'Continuer vers {app}',
  'go_on.text': 'Cela se fait tout seul. Sinon, appuyez sur le bouton.',
  'go_on.other_person':
    'Une autre personne était connectée dans ce navigateur. Elle est d’abord déconnectée.',

  'sign_out.title': 'Se déconnecter ?',
  'sign_out.text': 'Vous êtes connecté en tant que {email}.',
  'sign_out.asked': '{app} demande votre déconnexion de {brand} dans ce navigateur.',
  'sign_out.plain': 'Vous serez déconnecté de {brand} dans ce navigateur.',
  'sign_out.yes': 'Se déconnecter',
  'sign_out.no': 'Rester connecté',
  'sign_out.wrong_address':
    'L’adresse vers laquelle cette application veut vous envoyer ensuite n’est pas enregistrée : vous resterez ici.',
  'sign_out.wrong_hint': 'L’information que cette application donne sur votre connexion n’est pas valide.',
  'sign_out.wrong_app': 'L’application qui vous a envoyé ici n’existe plus.',

  'signed_out.title': 'Vous êtes déconnecté',
  'signed_out.text':
    'Vous êtes déconnecté de {brand} dans ce navigateur. Vous êtes peut-être encore connecté à des applications : déconnectez-vous-en aussi.',
  'signed_out.app': 'Vous pouvez fermer cette page, ou revenir à {app} et vous reconnecter.',
  'signed_out.account': 'Se connecter à votre compte',
  'signed_out.still_title': 'Vous êtes toujours connecté',
  'signed_out.still': 'Vous restez connecté à {brand} dans ce navigateur.',
  'signed_out.still_app': 'L’accès de {app} a pris fin. Vous restez connecté à {brand} dans ce navigateur.',

  'account.nav': 'Votre compte',
  'account.overview': 'Aperçu',
  'account.sessions': 'Sessions',
  'account.applications': 'Applications associées',

  'overview.title': 'Votre compte',
  'overview.who': 'Qui vous êtes',
  'overview.name': 'Nom',
  'overview.email': 'E-mail',
  'overview.verified': 'Confirmé',
  'overview.unverified': 'Pas encore confirmé',
  'overview.role': 'Rôle',
  'overview.administrator': 'Administrateur',
  'overview.administrator_hint':
    'Vous gérez les personnes et les applications avec des commandes sur le serveur :',
  'overview.access': 'Qui a accès',
  'overview.sessions': {
    by: 'count',
    one: 'Un navigateur est connecté.',
    many: '{count} navigateurs sont connectés.',
    other: '{count} navigateurs sont connectés.',
  },
  'overview.sessions_none': 'Aucun navigateur n’est connecté.',
  'overview.applications': {
    by: 'count',
    one: 'Une application est associée.',
    many: '{count} applications sont associées.',
    other: '{count} applications sont associées.',
  },
  'overview.applications_none': 'Aucune application n’est associée.',
  'overview.see_sessions': 'Voir les sessions',
  'overview.see_applications': 'Voir les applications',

  'sessions.title': 'Où vous êtes connecté',
  'sessions.text':
    'Mettre fin à une session déconnecte aussitôt ce navigateur. Ce n’est pas la vôtre ? Mettez-y fin, puis changez votre mot de passe.',
  'sessions.this_device': 'Cet appareil',
  'sessions.seen': 'Vue pour la dernière fois : {seen}',
  'sessions.since': 'Depuis {since}',
  'sessions.apps': 'Utilisée pour {apps}',
  'sessions.end': 'Y mettre fin',
  'sessions.end_others': 'Mettre fin à toutes les autres sessions',
  'sessions.none': 'Vous n’êtes connecté nulle part ailleurs.',
  'sessions.ended': 'Cette session est terminée.',
  'sessions.others_ended': 'Toutes les autres sessions sont terminées.',

  'applications.title': 'Applications associées',
  'applications.text':
    'Ces applications peuvent utiliser votre compte. Dissociez-en une, et elle devra redemander.',
  'applications.since': 'Depuis {since}',
  'applications.used': 'Dernière utilisation : {used}',
  'applications.withdraw': 'Dissocier',
  'applications.none':
    'Aucune application n’est associée. Connectez-vous à l’une d’elles avec ce compte, et elle apparaîtra ici.',
  'applications.withdrawn':
    '{app} est dissociée. Elle devra demander avant d’utiliser à nouveau votre compte.',

  'api_keys.title': 'Clés d’API',
  'api_keys.see': 'Voir les clés d’API',
  'api_keys.text':
    'Avec une clé d’API, un programme utilise une API en votre nom. Donnez à chaque programme sa propre clé.',
  'api_keys.none': 'Vous n’avez aucune clé d’API.',
  'api_keys.not_offered': 'Rien ici n’accepte de clés d’API que vous créez vous-même.',
  'api_keys.add': 'Créer une clé d’API',
  'api_keys.renew': 'Renouveler',
  'api_keys.end': 'Mettre fin',
  'api_keys.until': 'Jusqu’au {until}',
  'api_keys.only_from': 'Seulement depuis {networks}',
  'api_keys.state_ended': 'Terminée : {at}',
  'api_keys.state_expired': 'Expirée : {at}',
  'api_keys.state_leaked': 'Terminée : {at}, car quelqu’un a signalé l’avoir trouvée',
  'api_keys.unused': 'Pas encore utilisée',
  'api_keys.unused_lately': 'Non utilisée ces 30 derniers jours',
  'api_keys.uses': {
    by: 'count',
    one: 'Utilisée {count} fois ces 30 derniers jours',
    many: 'Utilisée {count} fois ces 30 derniers jours',
    other: 'Utilisée {count} fois ces 30 derniers jours',
  },
  'api_keys.uses_refused': {
    by: 'count',
    one: '{count} fois au-delà de la limite',
    many: '{count} fois au-delà de la limite',
    other: '{count} fois au-delà de la limite',
  },
  'api_keys.has_ended': 'La clé n’est plus valable. Les programmes qui l’utilisent encore sont refusés.',
  'api_keys.sent_twice':
    'Ce formulaire a déjà été envoyé ou est trop ancien. Si une clé a été créée sans que vous l’ayez vue, renouvelez-la ou mettez-y fin.',
  'api_keys.too_many': 'Vous avez déjà {count} clés d’API. Mettez d’abord fin à l’une d’elles.',
  'api_keys.which_api': 'Pour quelle API ?',
  'api_keys.for_api': 'Pour {api}',
  'api_keys.name': 'Nom',
  'api_keys.scopes': 'Ce qu’elle permet',
  'api_keys.expiry': 'Valable pendant',
  'api_keys.networks': 'Seulement depuis ces réseaux (facultatif)',
  'api_keys.networks_hint':
    'Un par ligne, par exemple 203.0.113.0/24. Si le champ est vide, la clé s’utilise de partout.',
  'api_keys.make': 'Créer la clé',
  'api_keys.name_wrong': 'Donnez à la clé un nom de 100 caractères au plus.',
  'api_keys.scopes_missing': 'Choisissez-en au moins une.',
  'api_keys.network_wrong': 'Écrivez chaque réseau comme 203.0.113.0/24 ou 2001:db8::/32.',
  'api_keys.shown_title': 'Votre nouvelle clé d’API',
  'api_keys.shown_once':
    'Copiez la clé maintenant et gardez-la comme un mot de passe. Elle n’est affichée que cette fois.',
  'api_keys.api': 'API',
  'api_keys.public_id': 'Identifiant public',
  'api_keys.expires': 'Expire',
  'api_keys.older_until': 'La clé précédente fonctionne jusqu’au {until}.',
  'api_keys.kept': 'Je l’ai conservée',
  'api_keys.renew_title': 'Renouveler la clé d’API',
  'api_keys.renew_text':
    '{name} reçoit une nouvelle clé. L’actuelle peut rester valable un moment, pour que rien ne s’arrête.',
  'api_keys.overlap': 'La clé actuelle reste valable',
  'api_keys.overlap_none': 'Plus du tout : elle prend fin aussitôt',
  'api_keys.end_title': 'Mettre fin à la clé d’API',
  'api_keys.end_text': 'Les programmes qui utilisent {name} sont refusés aussitôt. C’est irréversible.',

  'account.profile': 'Profil',
  'account.security': 'Sécurité',
  'account.data': 'Vos données',
  'account.again': 'Merci. Appuyez encore une fois sur le bouton.',

  'profile.title': 'Votre profil',
  'profile.text':
    'Les applications que vous autorisez à voir votre profil reçoivent ce qui est écrit ici. Laissez vide ce que personne ne doit voir.',
  'profile.group.name': 'Nom',
  'profile.group.about': 'À propos de vous',
  'profile.group.place': 'Langue et heure',
  'profile.group.contact': 'Téléphone et adresse',
  'profile.fixed': 'Également dans votre profil',
  'profile.fixed_text': 'Seuls les responsables de ce service peuvent le modifier. Adressez-vous à eux.',
  'profile.change_email': 'Changer l’e-mail',
  'profile.confirm_email': 'Confirmer l’e-mail',
  'profile.save': 'Enregistrer',
  'profile.saved': 'Votre profil est enregistré.',
  'profile.email_changed': 'Votre adresse e-mail est confirmée.',
  'profile.name': 'Nom complet',
  'profile.given_name': 'Prénom',
  'profile.middle_name': 'Deuxième prénom',
  'profile.family_name': 'Nom de famille',
  'profile.nickname': 'Comment vous appeler',
  'profile.preferred_username': 'Nom d’utilisateur dans les applications',
  'profile.gender': 'Genre',
  'profile.birthdate': 'Date de naissance',
  'profile.locale': 'Langue',
  'profile.zoneinfo': 'Fuseau horaire',
  'profile.website': 'Site web',
  'profile.profile': 'Page de profil',
  'profile.picture': 'Image',
  'profile.phone_number': 'Numéro de téléphone',
  'profile.street_address': 'Rue et numéro',
  'profile.postal_code': 'Code postal',
  'profile.locality': 'Ville',
  'profile.region': 'Région',
  'profile.country': 'Pays',
  'profile.language_of_browser': 'Celle que demande votre navigateur',
  'profile.zone_none': 'Non défini',
  'profile.hint.url': 'Une adresse qui commence par https://',
  'profile.hint.date': 'Année, mois, jour : 1984-02-29. Ou l’année seule.',
  'profile.hint.phone': 'Avec l’indicatif du pays : +41 44 268 12 34',
  'profile.hint.language': 'Pour ces pages, nos e-mails et les applications qui la demandent.',
  'profile.wrong.text': 'C’est trop long, ou un caractère ne peut pas s’afficher.',
  'profile.wrong.lines': 'C’est trop long, ou un caractère ne peut pas s’afficher.',
  'profile.wrong.url': 'Utilisez une adresse qui commence par https://',
  'profile.wrong.date': 'Écrivez 1984-02-29, ou l’année seule.',
  'profile.wrong.phone': 'Commencez par + et l’indicatif du pays : +41 44 268 12 34',
  'profile.wrong.language': 'Choisissez une langue de la liste.',
  'profile.wrong.zone': 'Choisissez un fuseau horaire de la liste.',
  'profile.yes': 'Oui',
  'profile.no': 'Non',
  'profile.name_taken': 'Ce nom d’utilisateur n’est pas disponible. Choisissez-en un autre.',

  'account_password.title': 'Changez votre mot de passe',
  'account_password.title_first': 'Choisissez un mot de passe',
  'account_password.text': 'Les autres appareils qui sautent la deuxième étape la demanderont à nouveau.',
  'account_password.current': 'Mot de passe actuel',
  'account_password.prove': 'Utiliser une autre façon',
  'account_password.wrong':
    'Ce n’est pas votre mot de passe actuel. Vérifiez-le, ou choisissez une autre façon.',
  'account_password.end_others': 'Déconnecter partout ailleurs, applications comprises',
  'account_password.end_others_hint': 'Sans la coche, les autres sessions restent ouvertes.',

  'account_email.title': 'Changez votre e-mail',
  'account_email.title_confirm': 'Confirmez votre e-mail',
  'account_email.text':
    'Votre e-mail est pour l’instant {email}. Nous envoyons un lien à l’adresse ci-dessous ; rien ne change avant que vous l’ouvriez.',
  'account_email.new': 'Nouvel e-mail',
  'account_email.submit': 'Envoyer le lien',
  'account_email.same': 'C’est déjà votre e-mail. Tapez le nouveau.',
  'account_email.slow_down': 'Cela fait plusieurs liens de suite. Attendez {wait}, puis réessayez.',
  'account_email.pending': 'Un lien vers {email} est en attente. Un nouveau l’annule.',

  'email_sent.text': 'Nous avons envoyé un lien à {email}. Il sert une fois, pendant {valid}.',
  'email_sent.until': 'Tant que vous ne l’ouvrez pas, votre e-mail reste le même.',
  'email_sent.again': 'Envoyer un nouveau lien',

  'email_confirm.title': 'Confirmez cet e-mail',
  'email_confirm.text': '{email} sera votre e-mail. Jusqu’ici, c’est {before}.',
  'email_confirm.same': '{email} est votre e-mail. Confirmez que ses messages vous arrivent.',
  'email_confirm.submit': 'Confirmer',

  'email_undo.title': 'Annuler le changement ?',
  'email_undo.text':
    '{email} redeviendra votre e-mail, et tous les navigateurs et applications seront déconnectés.',
  'email_undo.submit': 'Annuler le changement',
  'email_undo.not_needed': 'C’est vous qui l’avez changé ? Fermez cette page. Rien ne s’est encore passé.',

  'email_undone.title': 'Votre ancien e-mail est rétabli',
  'email_undone.text': 'Tous les navigateurs et applications sont déconnectés.',
  'email_undone.next':
    'Si quelqu’un d’autre l’a changé, il connaît peut-être votre mot de passe. Connectez-vous et choisissez-en un nouveau.',
  'email_undone.submit': 'Se connecter et changer mon mot de passe',

  'security.title': 'Sécurité',
  'security.ways': 'Moyens de connexion',
  'security.connected': 'Connexions reliées',
  'security.connected_text':
    'Quiconque peut se connecter à l’un de ces services à votre place peut se connecter ici à votre place.',
  'security.not_connected': 'Non relié',
  'security.connect': 'Relier',
  'security.closed': 'Désactivé pour le moment',
  'security.not_set_up': 'Non configuré',
  'security.ready': 'Prêt',
  'security.since': 'Depuis {since}',
  'security.count': {
    by: 'count',
    one: '{count} configuré',
    many: '{count} configurés',
    other: '{count} configurés',
  },
  'security.left': {
    by: 'left',
    one: 'encore {left}',
    many: 'encore {left}',
    other: 'encore {left}',
  },
  'security.add': 'Configurer',
  'security.add_more': 'En ajouter un autre',
  'security.change': 'Changer',
  'security.renew': 'En créer de nouveaux',
  'security.rename': 'Renommer',
  'security.remove': 'Retirer',
  'security.second_factor': 'Deuxième étape',
  'security.second_factor_on': 'Quand une deuxième étape est nécessaire, nous demandons : {ways}.',
  'security.second_factor_off':
    'Vous vous connectez en une étape. Une application d’authentification ou une clé d’accès en ajoute une deuxième.',
  'security.devices': 'Appareils qui sautent la deuxième étape',
  'security.devices_text': 'Vous y avez coché « Ne plus demander sur cet appareil ».',
  'security.device': 'Depuis {since} · jusqu’au {until}',
  'security.forget': 'Demander à nouveau',
  'security.forget_all': 'Demander à nouveau sur tous',
  'security.events': 'Ce qui s’est passé récemment',
  'security.events_text':
    'Quelque chose ici n’était pas vous ? Mettez fin à cette session, puis changez votre mot de passe.',
  'security.password_changed': 'Votre mot de passe est changé. Nous vous l’avons aussi écrit par e-mail.',
  'security.added': 'Le nouveau moyen de connexion fonctionne dès maintenant.',
  'security.removed': 'Ce moyen de connexion est retiré.',
  'security.renamed': 'Le nouveau nom est enregistré.',
  'security.device_forgotten': 'Cet appareil redemandera la deuxième étape.',
  'security.devices_forgotten': 'Tous les appareils redemanderont la deuxième étape.',

  'event.removal_asked': 'Retrait d’un appareil perdu demandé',
  'event.removal_cancelled': 'Retrait d’un appareil perdu annulé',
  'event.signed_in': 'Vous vous êtes connecté',
  'event.password_changed': 'Votre mot de passe a été changé',
  'event.recovery_refused': 'Quelqu’un a essayé un code erroné pour récupérer votre compte',
  'event.new_device_ended': 'Vous avez dit qu’un nouvel appareil n’était pas le vôtre ; il a été déconnecté',
  'event.credential_denied':
    'Vous avez dit qu’un nouveau moyen de connexion n’était pas le vôtre ; il a été retiré',
  'event.second_factor_rule_set':
    'Les responsables de ce service ont changé si une deuxième étape vous est demandée',
  'event.recovered': 'Votre compte a été récupéré',
  'event.email_change_asked': 'Un changement d’e-mail a été demandé',
  'event.email_changed': 'Votre e-mail a été changé',
  'event.email_change_undone': 'Un changement d’e-mail a été annulé',
  'event.signed_out_by_provider': 'Le fournisseur avec lequel vous vous étiez connecté vous a déconnecté',
  'event.session_ended': 'Une session a été terminée',
  'event.other_sessions_ended': 'Toutes les autres sessions ont été terminées',
  'event.terms_accepted': 'Vous avez accepté des conditions',
  'event.consent_withdrawn': 'Une application a été dissociée',
  'event.data_exported': 'Une copie de vos données a été téléchargée',
  'event.deletion_planned': 'La suppression de votre compte a été demandée',
  'event.deletion_cancelled': 'Vous êtes revenu ; votre compte reste',
  'event.device_forgotten': 'Un appareil redemande la deuxième étape',
  'event.passkey_doubted': 'Votre clé d’accès a été utilisée, et il en existe peut-être une copie',
  'event.token_stolen': 'La clé copiée d’une application a été bloquée',
  'event.way_added': '{way} : ajout',
  'event.way_removed': '{way} : retrait',
  'event.way_refused': '{way} : un essai erroné',
  'event.second_factors_removed': 'Votre deuxième étape a été retirée par les responsables de ce service',

  'ways.last': 'C’est la dernière entrée de votre compte. Configurez-en d’abord une autre.',
  'ways.busy': 'Autre chose est en cours de retrait. Réessayez dans un instant.',
  'ways.name_missing': 'Tapez un nom que vous reconnaîtrez.',

  'rename.title': 'Donnez-lui un nom',
  'rename.name': 'Nom',
  'rename.submit': 'Enregistrer',

  'prove.title': 'Confirmez que c’est vous',
  'prove.also': 'Pour cette modification, nous demandons aussi :',
  'prove.also_one_of': 'Pour cette modification, nous demandons aussi l’une de ces preuves :',
  'prove.after': 'Ensuite, vous reprendrez exactement là où vous étiez.',
  'prove.none':
    'Rien de ce que possède votre compte ne suffit pour cette modification. Adressez-vous à l’exploitant de ce site.',
  'prove.back': 'Retour à Sécurité',
  'lost.link': 'Je ne l’ai plus',
  'lost.title': 'Appareil perdu ?',
  'lost.text':
    'Demandez-nous de retirer ce que vous avez perdu. Nous écrivons à toutes vos adresses et attendons {delay}, pour que vous puissiez arrêter quelqu’un d’autre.',
  'lost.which': 'Qu’avez-vous perdu ?',
  'lost.submit': 'Demander le retrait',
  'lost.operator': 'Ici, seul l’exploitant de ce site peut le retirer. Adressez-vous à lui.',
  'lost.choose': 'Choisissez ce que vous avez perdu.',
  'lost.have_more': 'Prouvez d’abord ce que vous avez encore, ou indiquez que c’est perdu aussi.',
  'lost.too_often': 'Cela vient d’être demandé plusieurs fois. Attendez une heure, puis réessayez.',
  'lost.waiting_title': 'Un retrait est en attente',
  'lost.waiting': 'À partir du {due}, votre compte n’aura plus : {ways}.',
  'lost.asked_by': 'Demandé le {when}, depuis le réseau {network}.',
  'lost.keep': 'Je l’ai encore : annuler',
  'lost.until': 'D’ici là, vous pouvez l’annuler ici ou avec le lien de l’e-mail.',
  'lost.cancel_title': 'Annuler ce retrait ?',
  'lost.cancel_text': 'Votre compte garde : {ways}.',
  'lost.cancelled_title': 'Le retrait est annulé',
  'lost.cancelled_text':
    'Rien ne change. Ce n’était pas vous ? Alors quelqu’un connaît votre mot de passe : changez-le maintenant.',
  'lost.change_password': 'Changer mon mot de passe',
  'remove.title': 'Retirer un moyen de connexion',
  'remove.refused': 'Celui-ci doit rester',
  'remove.text': 'Vous ne pourrez plus vous connecter ainsi : {way}.',
  'remove.keep': 'Le garder',

  'data.title': 'Vos données',
  'data.copy': 'Une copie pour vous',
  'data.copy_text':
    'Tout ce que nous avons sur vous, dans un fichier : profil, moyens de connexion, sessions, applications, événements.',
  'data.download': 'Télécharger (JSON)',
  'data.delete': 'La fin',
  'data.delete_text': 'Vous pouvez supprimer votre compte et tout ce qu’il a de personnel.',
  'data.delete_begin': 'Supprimer mon compte',

  'account_delete.title': 'Supprimer votre compte ?',
  'account_delete.text':
    'Cela supprime le compte de {email} : profil, moyens de connexion, sessions, applications associées.',
  'account_delete.grace': {
    by: 'days',
    one: 'Vous êtes aussitôt déconnecté partout. Il est supprimé après {days} jour ; connectez-vous avant, et il reste.',
    many: 'Vous êtes aussitôt déconnecté partout. Il est supprimé après {days} jours ; connectez-vous avant, et il reste.',
    other:
      'Vous êtes aussitôt déconnecté partout. Il est supprimé après {days} jours ; connectez-vous avant, et il reste.',
  },
  'account_delete.log': 'Notre journal de sécurité garde ce qui s’est passé, sous un numéro sans votre nom.',
  'account_delete.sure': 'Oui, supprimer mon compte et tout ce qu’il contient',
  'account_delete.sure_missing': 'Cochez la case si vous le voulez vraiment.',
  'account_delete.last_administrator':
    'Vous êtes la seule personne à administrer ce service : votre compte ne peut donc pas être supprimé. Nommez d’abord quelqu’un d’autre.',
  'account_delete.submit': 'Supprimer mon compte',

  'deletion_planned.title': 'Votre compte sera supprimé',
  'deletion_planned.text': {
    by: 'days',
    one: 'Vous êtes déconnecté partout. Dans {days} jour, tout ce qui est personnel aura disparu.',
    many: 'Vous êtes déconnecté partout. Dans {days} jours, tout ce qui est personnel aura disparu.',
    other: 'Vous êtes déconnecté partout. Dans {days} jours, tout ce qui est personnel aura disparu.',
  },
  'deletion_planned.undo': 'Vous avez changé d’avis ? Connectez-vous avant, et votre compte reste.',
  'deletion_planned.submit': 'Se connecter et le garder',

  'error.reference': 'Référence {id}',
  'error.tell': 'Nous signaler un problème',
  'error.to_account': 'Aller à votre compte',
  'error.back_to': 'Revenir à {app}',
  'error.start_again': 'Recommencer',
  'error.wait': 'Réessayez dans {wait}.',
  'error.expired.title': 'Cette page est restée ouverte trop longtemps',
  'error.expired.text': 'Rien n’est perdu. Recommencez depuis l’application d’où vous veniez.',
  'error.not_found.title': 'Il n’y a pas de page ici',
  'error.not_found.text':
    'L’adresse a peut-être changé, ou contient une faute de frappe. Votre compte est en sûreté.',
  'error.refused.title': 'Nous ne pouvons pas continuer d’ici',
  'error.refused.text': 'La demande de l’application ne peut pas recevoir de réponse. Rien n’a été partagé.',
  'error.refused.again': 'Revenez en arrière et réessayez.',
  'error.refused.app':
    'Réessayer ne servira à rien : les responsables de l’application doivent changer quelque chose. Signalez-le-leur avec la référence ci-dessous.',
  'error.broken.title': 'Quelque chose s’est cassé chez nous',
  'error.broken.text': 'Vous n’y êtes pour rien, et votre compte est en sûreté. Réessayez dans un instant.',
  'error.busy.title': 'Il y a beaucoup de monde en ce moment',
  'error.busy.text': 'Rien n’est perdu.',
  'error.too_many.title': 'Cela fait beaucoup d’un coup',
  'error.too_many.text': 'Nous ralentissons pour protéger les comptes. Rien n’est bloqué.',
  'error.bad_request.title': 'Nous n’avons pas pu lire cela',
  'error.bad_request.text':
    'L’envoi de votre navigateur n’est pas arrivé entier. Revenez en arrière et réessayez.',
  'error.link_used.title': 'Ce lien ne fonctionne plus',
  'error.link_used.text': 'Chaque lien sert une fois, pendant peu de temps. Demandez-en un nouveau.',
  'error.other_browser.title': 'Cette connexion a été commencée dans un autre navigateur',
  'error.other_browser.text':
    'Rien n’a été modifié ici. Continuez dans le navigateur où vous avez commencé, ou recommencez dans celui-ci.',
  'error.signed_in_already.title': 'Vous êtes connecté',
  'error.signed_in_already.text': 'Cette connexion est faite. Il n’y a plus rien à faire sur cette page.',
  'error.wrong.client': 'L’application n’est pas enregistrée ici, ou elle a été désactivée.',
  'error.wrong.redirect_uri':
    'L’adresse vers laquelle l’application veut vous envoyer n’est pas enregistrée ici.',
  'error.wrong.missing': 'Il manque quelque chose dans sa demande : {names}',
  'error.wrong.twice': 'Quelque chose figure plusieurs fois dans sa demande : {names}',
  'error.wrong.way': 'Sa demande emploie un procédé que ce serveur ne propose pas.',
  'error.wrong.request_uri':
    'La demande que l’application avait préparée a expiré ou a déjà servi. Recommencez depuis l’application.',
  'error.wrong.sign_out': 'Cette déconnexion est déjà faite, ou sa page est restée ouverte trop longtemps.',
  'error.wrong.too_long': 'L’adresse est plus longue que ce que nous acceptons.',
  'error.wrong.too_large': 'Ce qui a été envoyé dépasse ce que nous acceptons.',
  'error.wrong.other_site': 'Le formulaire a été envoyé par un autre site.',
  'error_class.request.title': 'La demande de l’application n’était pas correcte',
  'error_class.request.text':
    'Il y manquait quelque chose, ou c’était écrit d’une façon que nous ne pouvons pas lire. La personne qui développe l’application peut y remédier.',
  'error_class.client.title': 'L’application n’a pas prouvé son identité',
  'error_class.client.text':
    'Elle n’est pas enregistrée ici, son secret ou sa clé ne correspond pas, ou elle n’a pas le droit de faire ce genre de demande. La personne qui gère l’application peut y remédier.',
  'error_class.access.title': 'L’application a demandé un accès qu’elle ne peut pas avoir',
  'error_class.access.text':
    'Ce qu’elle a demandé n’existe pas ici, ou elle n’est pas configurée pour cela. La personne qui gère l’application peut y remédier.',
  'error_class.grant.title': 'L’application ne peut pas continuer avec une ancienne connexion',
  'error_class.grant.text':
    'Ce qu’elle a présenté a expiré, a déjà servi ou a pris fin. Reconnectez-vous à l’application.',
  'error_class.person.title': 'L’application a besoin de votre présence',
  'error_class.person.text':
    'Elle voulait continuer sans afficher de page, mais quelqu’un doit d’abord se connecter, choisir un compte ou donner son accord. Ouvrez l’application et connectez-vous.',
  'error_class.denied.title': 'La connexion a été interrompue',
  'error_class.denied.text':
    'Quelqu’un est revenu en arrière ou a refusé, ou il n’y avait rien à quoi l’application ait droit. Rien n’a été partagé.',
  'error_class.key.title': 'La preuve que l’application donne de sa clé n’est pas valable',
  'error_class.key.text':
    'Elle manquait, était trop ancienne ou faite pour autre chose. La personne qui développe l’application peut y remédier.',
  'error_class.developer': 'Pour qui développe ou gère l’application',
  'error_class.log':
    'Sous cette référence, le journal de ce serveur contient une ligne qui dit exactement ce qui n’allait pas.',
  'error_class.read': 'Ce que signifie chaque raison, et que faire : {document}',

  'mailbox.title': 'Boîte mail',
  'mailbox.text':
    'Les e-mails envoyés par cette installation. Seul cet ordinateur les voit ; rien n’en sort.',
  'mailbox.none': 'Aucun e-mail n’a encore été envoyé.',
  'mailbox.to': 'À {to} · {date}',
  'mailbox.here': 'Rien n’est envoyé depuis cette machine. Les e-mails sont ici : {link}',
  'mailbox.filter': 'Adresse ou objet',
  'mailbox.reload': 'Actualiser',
  'mailbox.none_found': 'Aucun e-mail ne correspond.',
  'mailbox.as_seen': 'Aperçu',
  'mailbox.as_text': 'Texte',

  'email.title': 'Se connecter par e-mail',
  'email.text': 'Nous vous envoyons un lien et un code à 6 chiffres. L’un des deux suffit.',
  'email.text_open': 'Nouveau ici ? Le même e-mail vous permet de créer votre compte.',
  'email.submit': 'M’envoyer l’e-mail',
  'email.wrong': 'Ce code ne correspond pas. Prenez le dernier e-mail reçu et tapez les six chiffres.',
  'email.check_code': 'Vérifiez ce code.',
  'email.nothing_yet': 'Vous n’avez rien demandé ? Fermez cette page. Rien ne s’est encore passé.',
  'email.sent.title': 'Consultez vos e-mails',
  'email.sent.text':
    'Si {address} a un compte, nous lui avons envoyé un lien et un code à 6 chiffres. Les deux servent pendant {valid}.',
  'email.sent.text_open':
    'Si {address} est admise ici, nous lui avons envoyé un lien et un code à 6 chiffres. Les deux servent pendant {valid}.',
  'email.sent.code': 'Code reçu par e-mail',
  'email.sent.hint': 'Ouvrez le lien dans ce navigateur, ou tapez le code ici.',
  'email.sent.nothing': 'Rien reçu ? Regardez dans les indésirables et vérifiez l’adresse ci-dessus.',
  'email.sent.again': 'Envoyer un nouveau code',
  'email.away.title': 'Notre serveur d’e-mail ne répond pas',
  'email.away.text':
    'Votre e-mail attend, et nous essayons encore pendant {valid}. Choisissez une autre façon, ou réessayez dans un instant.',
  'email.link.title': 'Terminer la connexion',
  'email.link.text':
    'Vous avez demandé à vous connecter en tant que {address}, il y a {age}, depuis ce navigateur.',
  'email.link.text_app':
    'Vous avez demandé à vous connecter à {app} en tant que {address}, il y a {age}, depuis ce navigateur.',
  'email.link.submit_app': 'Se connecter à {app}',
  'email.elsewhere.title': 'Tapez ce code là où vous avez commencé',
  'email.elsewhere.text': 'Ce n’est pas le navigateur où vous avez commencé. Pour terminer là-bas, tapez :',
  'email.elsewhere.hint':
    'Sert une fois, encore {valid}. Ne le lisez jamais à personne : {brand} ne le demandera pas.',
  'email.elsewhere.submit': 'Se connecter plutôt sur cet appareil',
  'email.here.title': 'Se connecter sur cet appareil ?',
  'email.here.text': 'Cela ouvre ici votre compte {brand}, en tant que {address}.',
  'email.here.new': 'Cela crée ici un compte {brand}, avec l’adresse {address}.',
  'email.here.then': 'La page où vous avez commencé aura besoin d’un nouveau code.',
  'email.here.submit': 'Se connecter ici',
  'email.here.back': 'Montrer à nouveau le code',

  'mail.sent_by': 'Envoyé par {host}',
  'mail.test.subject': 'E-mail de test de {brand}',
  'mail.test.title': 'Ceci est un test',
  'mail.test.what': 'Si ce message est dans votre boîte de réception, les e-mails de {brand} arrivent.',
  'mail.test.why': 'Il a été envoyé par la personne qui gère {brand}. Vous n’avez rien à faire.',

  'mail.sign_in.subject': '{code} est votre code {brand}',
  'mail.sign_in.preheader': '{code} – tapez-le, ou ouvrez le lien. Les deux servent pendant {valid}.',
  'mail.sign_in.title': 'Connectez-vous à votre compte',
  'mail.sign_in.title_app': 'Connectez-vous à {app}',
  'mail.sign_in.code': 'Tapez ce code là où vous avez commencé :',
  'mail.sign_in.action': 'Ou connectez-vous à {host} par ce lien',
  'mail.sign_in.when':
    'Demandé le {when}, avec {device}, depuis le réseau {network}. Sert une fois, pendant {valid}.',
  'mail.sign_in.safe':
    'Ce n’est pas vous ? Supprimez cet e-mail. Sans lui, personne n’entre. Ne lisez jamais le code à personne.',

  'mail.link_used.subject': 'Vous êtes connecté à {brand} sur un autre appareil',
  'mail.link_used.title': 'Notre lien a servi sur un autre appareil',
  'mail.link_used.what':
    'Vous avez demandé un lien dans un navigateur et l’avez utilisé dans un autre : {device}. Votre compte {brand} y est ouvert.',
  'mail.link_used.when': 'Cela s’est passé le {when}, depuis le réseau {network}.',
  'mail.link_used.do': 'C’était vous ? Alors tout va bien. Sinon, mettez fin à cette session maintenant.',
  'mail.link_used.action': 'Voir mes sessions',

  'mail.api_key.subject_made': 'Nouvelle clé d’API dans votre compte {brand}',
  'mail.api_key.title_made': 'Une nouvelle clé d’API',
  'mail.api_key.what_made':
    'Votre compte a une nouvelle clé d’API : {name}. Avec elle, un programme utilise {api} en votre nom.',
  'mail.api_key.do_made':
    'C’était vous, ou quelqu’un à votre demande ? Alors tout va bien. Sinon, mettez fin à la clé et changez votre mot de passe.',
  'mail.api_key.subject_network': 'Votre clé d’API {name} a été utilisée depuis un nouveau réseau',
  'mail.api_key.title_network': 'Une clé d’API a été utilisée ailleurs',
  'mail.api_key.what_network':
    'Votre clé d’API {name} a été utilisée depuis un réseau d’où elle ne l’avait jamais été.',
  'mail.api_key.do_network':
    'Si aucun de vos programmes ne fonctionne là-bas, mettez fin à la clé : quelqu’un d’autre l’a.',
  'mail.api_key.subject_expiring': 'Votre clé d’API {name} expire bientôt',
  'mail.api_key.title_expiring': 'Une clé d’API expire bientôt',
  'mail.api_key.what_expiring':
    'Votre clé d’API {name} fonctionne jusqu’au {until}. Ensuite, les programmes qui l’utilisent encore sont refusés.',
  'mail.api_key.do_expiring':
    'Si vous en avez encore besoin, créez-en une nouvelle avant cette date et donnez-la à votre programme.',
  'mail.api_key.action': 'Voir mes clés d’API',
  'mail.api_key.which': 'Clé d’API : {name}. API : {api}.',

  'mail.token_theft.subject': 'Nous avons dissocié {app} de votre compte',
  'mail.token_theft.title': 'Nous avons dissocié {app}',
  'mail.token_theft.what':
    'Quelqu’un a utilisé la copie d’une clé que seule {app} devrait avoir. Par sûreté, nous avons coupé son accès à votre compte.',
  'mail.token_theft.when': 'Constaté le {when}, depuis le réseau {network}.',
  'mail.token_theft.do':
    'Si vous utilisez {app}, reconnectez-vous-y. Parcourez vos sessions et mettez fin à celles que vous ne connaissez pas.',
  'mail.token_theft.action': 'Voir mes sessions',
  'mail.token_theft.safe': 'Votre mot de passe n’a pas été utilisé et n’a pas changé.',

  'mail.set_password.subject': 'Choisissez votre mot de passe pour {brand}',
  'mail.set_password.title': 'Choisissez votre mot de passe',
  'mail.set_password.what':
    'Vous avez un compte chez {brand}. Choisissez un mot de passe pour vous connecter.',
  'mail.set_password.action': 'Choisir mon mot de passe',
  'mail.set_password.when': 'Le lien sert une fois, pendant {valid}.',
  'mail.set_password.safe':
    'Vous ne savez pas de quoi il s’agit ? Supprimez cet e-mail. Ne transmettez le lien à personne : il ouvre votre compte.',

  'mail.password_changed.subject': 'Votre mot de passe {brand} a changé',
  'mail.password_set.subject': 'Votre compte {brand} a maintenant un mot de passe',
  'mail.password_set.title': 'Votre mot de passe est défini',
  'mail.password_set.what':
    'Votre compte {brand} n’avait pas encore de mot de passe. Vous pouvez désormais vous connecter avec.',
  'mail.password_changed.title': 'Votre mot de passe a changé',
  'mail.password_changed.what': 'Le mot de passe de votre compte {brand} a été changé.',
  'mail.password_changed.when': 'Cela s’est passé le {when}, depuis le réseau {network}.',
  'mail.password_changed.do': 'C’était vous ? Alors tout va bien. Sinon, contactez-nous aussitôt.',
  'mail.password_changed.action': 'Voir mon compte',

  'mail.email_confirm.subject': 'Confirmez votre e-mail pour {brand}',
  'mail.email_confirm.title': 'Confirmez votre e-mail',
  'mail.email_confirm.what': 'Une personne connectée à {brand} veut utiliser cette adresse pour son compte.',
  'mail.email_confirm.action': 'Confirmer cette adresse',
  'mail.email_confirm.valid': 'Le lien sert une fois, pendant {valid}, et pour cette personne seulement.',
  'mail.email_confirm.safe': 'Ce n’était pas vous ? Supprimez cet e-mail, et rien ne se passera.',

  'mail.email_changed.subject': 'L’e-mail de votre compte {brand} a changé',
  'mail.email_changed.title': 'Votre e-mail a changé',
  'mail.email_changed.what': 'Désormais, votre compte {brand} a une autre adresse e-mail que celle-ci.',
  'mail.email_changed.do':
    'C’était vous ? Alors tout va bien. Sinon, annulez le changement dans ce délai : {valid}.',
  'mail.email_changed.action': 'Annuler le changement',
  'mail.email_changed.safe': 'L’annulation déconnecte tous les navigateurs et applications.',
  'mail.email_moved.subject': 'L’adresse e-mail de votre compte {brand}',
  'mail.email_moved.title_new': 'Ceci est désormais votre adresse',
  'mail.email_moved.what_new': 'Votre compte {brand} a désormais cette adresse e-mail.',
  'mail.email_moved.title_back': 'Votre ancienne adresse est rétablie',
  'mail.email_moved.what_back':
    'Le changement de l’adresse e-mail de votre compte {brand} a été annulé. Tous les navigateurs et toutes les applications sont déconnectés.',
  'mail.email_moved.title_gone': 'Cette adresse a été retirée d’un compte',
  'mail.email_moved.what_gone':
    'Le changement qui avait donné cette adresse à un compte {brand} a été annulé depuis l’ancienne adresse. Vous ne pouvez plus vous connecter avec celle-ci.',

  'mail.email_in_use.subject': 'Votre adresse a été saisie chez {brand}',
  'mail.email_in_use.title': 'Vous avez déjà un compte chez {brand}',
  'mail.email_in_use.what':
    'Quelqu’un a voulu donner cette adresse à un autre compte {brand}. Elle reste la vôtre.',
  'mail.email_in_use.do':
    'C’était vous ? Connectez-vous avec cette adresse, ou donnez d’abord une autre adresse à ce compte.',
  'mail.email_in_use.safe': 'Rien n’a changé, et personne n’a appris que vous avez un compte.',

  'mail.removal_asked.subject': 'Perdu ? Un retrait de votre compte {brand}',
  'mail.removal_asked.title': 'Quelqu’un dit que vous l’avez perdu',
  'mail.removal_asked.what':
    'Quelqu’un qui connaît votre mot de passe nous a demandé de retirer ceci de votre compte {brand} : {ways}. Nous le ferons le {due}.',
  'mail.removal_asked.do':
    'C’était vous ? Alors tout va bien. Sinon, annulez maintenant et changez votre mot de passe.',
  'mail.removal_asked.action': 'Annuler le retrait',
  'mail.removal_asked.when': 'Demandé le {when}, avec {device}, depuis le réseau {network}.',
  'mail.removal_cancelled.subject': 'Le retrait de votre compte {brand} est annulé',
  'mail.removal_cancelled.title': 'Rien n’est retiré',
  'mail.removal_cancelled.what': 'Votre compte {brand} garde : {ways}.',
  'mail.removal_cancelled.do':
    'Si ce n’est pas vous qui l’aviez demandé, quelqu’un connaît votre mot de passe : changez-le.',
  'mail.deletion_planned.subject': 'Votre compte {brand} sera supprimé',
  'mail.deletion_planned.title': 'Votre compte sera supprimé',
  'mail.deletion_planned.what':
    'Votre compte {brand} et tout ce qu’il a de personnel seront supprimés le {due}.',
  'mail.deletion_planned.undo':
    'Ce n’était pas vous, ou vous avez changé d’avis ? Connectez-vous avant, et il reste.',
  'mail.deletion_planned.action': 'Se connecter et le garder',
  'mail.deletion_planned.from': 'La demande venait du réseau {network}.',

  'mail.deletion_cancelled.subject': 'Votre compte {brand} reste',
  'mail.deletion_cancelled.title': 'Votre compte reste',
  'mail.deletion_cancelled.what':
    'Vous vous êtes reconnecté, votre compte {brand} ne sera donc pas supprimé.',
  'mail.deletion_cancelled.do':
    'Ce n’était pas vous ? Alors quelqu’un sait se connecter à votre place : changez votre mot de passe.',

  'mail.deletion_done.subject': 'Votre compte {brand} est supprimé',
  'mail.deletion_done.title': 'Votre compte est supprimé',
  'mail.deletion_done.what': 'Votre compte {brand} et tout ce qu’il contenait de personnel ont disparu.',
  'mail.deletion_done.action': 'Aller à {brand}',
  'mail.deletion_done.log':
    'Notre journal de sécurité garde ce qui s’est passé, sous un numéro sans votre nom.',

  'login.forgot': 'Mot de passe oublié ?',
  'login.register': 'Créer un compte',

  'entry.to_login': 'Retour à la connexion',
  'email.sent.another': 'Utiliser une autre adresse',
  'entry.elsewhere.title': 'Tapez ce code là où vous avez commencé',
  'entry.elsewhere.text':
    'Vous avez ouvert le lien dans un autre navigateur que celui du début. Retournez-y et tapez :',
  'entry.elsewhere.hint':
    'Il sert pendant {valid}. Ne le donnez à personne : {brand} ne le demande jamais par téléphone ni par e-mail.',

  'recovery.text': 'Tapez votre adresse e-mail. Nous vous enverrons un lien et un code.',
  'recovery.slow_down.title': 'Cela fait plusieurs e-mails de suite',
  'recovery.slow_down.text':
    'Attendez {wait}, puis redemandez. Les e-mails déjà envoyés fonctionnent encore.',
  'recovery.sent':
    'Si {address} a un compte, nous lui avons envoyé un lien et un code à 6 chiffres. Les deux servent pendant {valid}.',
  'recovery.link.text':
    'Vous l’avez demandé dans ce navigateur. Rien ne change avant que vous en ayez choisi un.',
  'recovery.started.text':
    'Les personnes qui s’occupent de votre compte {email} vous ont envoyé ce lien, pour choisir un nouveau mot de passe.',
  'recovery.password.title': 'Choisissez un nouveau mot de passe',
  'recovery.password.ends': 'Vous serez déconnecté partout, y compris dans les applications.',

  'new_device.title': 'Ce n’était pas vous ?',
  'new_device.text':
    'Quelqu’un s’est connecté à votre compte depuis un nouvel appareil le {when}. Déconnectez cet appareil maintenant :',
  'new_device.submit': 'Déconnecter cet appareil',
  'new_device.mine': 'C’était vous ? Fermez cette page. Rien ne s’est encore passé.',
  'new_device.ended.title': 'Cet appareil est déconnecté',
  'new_device.ended.text':
    'La personne qui l’a utilisé savait se connecter à votre place. Choisissez un nouveau mot de passe maintenant.',
  'new_device.ended.recover': 'Choisir un nouveau mot de passe',
  'new_credential.text':
    '{way} a été ajouté à votre compte le {when}. Retirez-le maintenant et déconnectez tous les navigateurs et applications :',
  'new_credential.submit': 'Retirer et déconnecter partout',
  'new_credential.removed.title': 'C’est retiré',
  'new_credential.removed.text':
    'Tous les navigateurs et toutes les applications sont déconnectés. La personne qui l’a ajouté savait se connecter à votre place. Choisissez maintenant un nouveau mot de passe.',
  'added_lately.title': 'Reconnaissez-vous tout ceci ?',
  'added_lately.text':
    'Ces moyens de connexion ont été ajoutés au cours des 30 derniers jours. Retirez ceux qui ne sont pas à vous.',
  'added_lately.go_on': 'Tout est à moi, continuer',

  'mail.entry.when': 'Demandé le {when} avec {device}, depuis le réseau {network}. Sert pendant {valid}.',

  'mail.recovery.subject': '{code} est votre code pour un nouveau mot de passe {brand}',
  'mail.recovery.preheader': '{code} sert pendant {valid}.',
  'mail.recovery.title': 'Choisissez un nouveau mot de passe',
  'mail.recovery.code':
    'Tapez ce code là où vous l’avez demandé, ou appuyez sur le bouton dans le même navigateur.',
  'mail.recovery.action': 'Continuer sur {host}',
  'mail.recovery.safe': 'Vous n’avez rien demandé ? Supprimez cet e-mail. Votre mot de passe reste le même.',

  'mail.second_factors_removed.subject': 'La deuxième étape de votre compte {brand} a été retirée',
  'mail.second_factors_removed.title': 'Votre deuxième étape a été retirée',
  'mail.second_factors_removed.what':
    'Les personnes qui s’occupent de {brand} ont retiré la deuxième étape de votre compte : {ways}. Désormais, vous vous connectez sans elle, et chaque appareil qui en était dispensé est oublié.',
  'mail.second_factors_removed.do':
    'Vous l’avez demandé ? Alors connectez-vous et configurez une nouvelle deuxième étape. Sinon, changez votre mot de passe et demandez-leur.',
  'mail.second_factors_removed.when': 'Cela s’est passé le {when}.',
  'mail.recovery_started.subject': 'Choisissez un nouveau mot de passe pour {brand}',
  'mail.recovery_started.title': 'Choisissez un nouveau mot de passe',
  'mail.recovery_started.what':
    'Les personnes qui s’occupent de {brand} ont lancé la récupération de votre compte. Ce lien vous fait choisir un nouveau mot de passe ; personne d’autre ne le voit.',
  'mail.recovery_started.action': 'Récupérer mon compte',
  'mail.recovery_started.safe':
    'Vous ne vous y attendiez pas ? Supprimez cet e-mail et demandez-leur. Ne transmettez le lien à personne : il ouvre votre compte.',

  'mail.recovered.subject': 'Votre compte {brand} a été récupéré',
  'mail.recovered.title': 'Votre compte a été récupéré',
  'mail.recovered.what':
    'Quelqu’un qui lit vos e-mails a choisi un nouveau mot de passe pour votre compte {brand}.',
  'mail.recovered.ended': 'Tous les appareils et toutes les applications ont été déconnectés.',
  'mail.recovered.do':
    'C’était vous ? Alors tout va bien. Sinon, protégez d’abord votre messagerie, puis choisissez un autre mot de passe.',
  'mail.recovered.when': 'Cela s’est passé le {when}, avec {device}, depuis le réseau {network}.',

  'mail.new_device.subject': 'Nouvelle connexion à votre compte {brand} : {device}',
  'mail.new_device.title': 'Une connexion depuis un nouvel appareil',
  'mail.new_device.what':
    'Quelqu’un s’est connecté à votre compte {brand} avec {device}, où personne ne s’y était encore connecté.',
  'mail.new_device.do': 'C’était vous ? Alors il n’y a rien à faire. Sinon, déconnectez cet appareil :',
  'mail.new_device.action': 'Ce n’était pas moi',

  'registration.title': 'Créez un compte',
  'registration.text':
    'Tapez votre adresse e-mail. Nous enverrons un lien et un code, pour savoir qu’elle est à vous.',
  'registration.invited': 'Vous êtes invité. L’invitation est pour cette adresse :',
  'registration.others': 'Ou continuer avec',
  'registration.have_one': 'J’ai un compte',
  'registration.domain':
    'Seules les adresses de certains domaines sont admises ici. Utilisez celle de votre école ou de votre travail.',
  'registration.sent':
    'Nous avons envoyé un e-mail à {address}. Il contient ce qu’il faut pour continuer et sert pendant {valid}.',
  'registration.link.title': 'Continuer vers votre nouveau compte ?',
  'registration.link.text':
    'Vous l’avez demandé dans ce navigateur. Le compte sera créé quand vous aurez rempli la page suivante.',
  'registration.details.title': 'Votre nouveau compte',
  'registration.details.name': 'Votre nom',
  'registration.details.submit': 'Créer mon compte',
  'registration.details.passkey': 'Utiliser une clé d’accès au lieu d’un mot de passe',
  'registration.details.by_mail': 'Se connecter plutôt par e-mail, sans mot de passe',
  'registration.details.by_mail_text':
    'Vous vous connectez avec un lien ou un code reçu par e-mail. Vous pourrez ajouter une clé d’accès ou un mot de passe plus tard.',

  'mail.confirm_address.subject': '{code} confirme votre adresse e-mail chez {brand}',
  'mail.confirm_address.code': 'Tapez ce code sur la page où vous l’avez demandé.',
  'mail.confirm_address.safe':
    'Vous n’avez rien demandé ? Supprimez cet e-mail. Sans le code, rien ne se passe.',
  'mail.registration.subject': '{code} est votre code pour votre nouveau compte {brand}',
  'mail.registration.preheader': '{code} sert pendant {valid}.',
  'mail.registration.title': 'Est-ce votre adresse ?',
  'mail.registration.code':
    'Tapez ce code là où vous l’avez demandé, ou appuyez sur le bouton dans le même navigateur.',
  'mail.registration.action': 'Continuer sur {host}',
  'mail.registration.safe':
    'Vous n’avez rien demandé ? Supprimez cet e-mail. Sans le code, aucun compte n’est créé.',

  'mail.identity_code.subject': '{code} est votre code pour {brand}',
  'mail.identity_code.code': 'Tapez ce code sur la page où vous vous êtes connecté avec {provider}.',
  'mail.identity_code.safe':
    'Vous n’avez rien demandé ? Supprimez cet e-mail. Sans le code, rien ne se passe.',
  'mail.registration_known.subject': 'Vous avez déjà un compte {brand}',
  'mail.registration_known.title': 'Vous avez déjà un compte',
  'mail.registration_known.what':
    'Quelqu’un a voulu créer un compte {brand} avec cette adresse. Elle en a déjà un, aucun n’a donc été créé.',
  'mail.registration_known.do':
    'C’était vous ? Connectez-vous. Si vous avez oublié le mot de passe, choisissez-en un nouveau là-bas.',
  'mail.registration_known.action': 'Se connecter',

  'mail.invitation.subject': 'Votre invitation chez {brand}',
  'mail.invitation.title': 'Vous êtes invité',
  'mail.invitation.what':
    'Vous êtes invité à créer un compte chez {brand}, avec l’adresse qui a reçu cet e-mail.',
  'mail.invitation.action': 'Créer mon compte',
  'mail.invitation.safe': 'Vous ne savez pas de quoi il s’agit ? Supprimez cet e-mail. Rien ne se passe.',
};
