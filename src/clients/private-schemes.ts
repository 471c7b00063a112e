/**
 * Schemes without a dot that an app may not have: a browser or system acts on them itself, or lets any page take them
 * (`registerProtocolHandler` of HTML). A redirect there would run as script, or hand the code to a stranger.
 */
const TAKEN_WORDS = `
  about blank blob cid content data feed file filesystem ftp ftps gopher http https jar javascript livescript mhtml mid mk
  mocha pcast res resource tag urn uuid vbscript view-source ws wss wyciwyg
  android-app brave extension firefox intent isolated-app opera shell vivaldi
  app-prefs app-settings calshow callto facetime geo hcp help im imap imessage mailto maps market matrix message messages
  mms mmsto music news nntp notes openpgp4fpr photos-redirect podcast podcasts pop prefs settings shareddocuments
  shortcuts sip sips sms smsto snews tel telprompt tez upi videos wallet webcal webcals wtai xmpp
  afp cifs dav davs ed2k git irc ircs ldap ldaps magnet nfs rdp rlogin rtmp rtsp sftp smb ssh svn telnet tn3270 vnc
  bitcoin ethereum lightning payto
  calculator search windowsdefender
`;
const TAKEN: ReadonlySet<string> = new Set(TAKEN_WORDS.trim().split(/\s+/)); // at most those words

/** Families of them: `ms-settings`, `itms-apps`, `chrome-extension`, `web+coffee`. */
const TAKEN_FAMILIES = [
  'apple',
  'chrome',
  'edge',
  'eudi-',
  'fido',
  'googlechrome',
  'haip',
  'itms',
  'macappstore',
  'microsoft',
  'moz-',
  'ms-',
  'onenote',
  'openid',
  'otpauth',
  'safari',
  'search-',
  'web+',
  'webkit',
  'x-',
];

/** Whether an app may have this scheme (without its colon, in small letters) for its own: `cursor`, `com.example.app`. */
export function isPrivateScheme(scheme: string): boolean {
  // RFC 8252 §7.1: a reversed domain name, which no browser takes for itself.
  if (/^[a-z][a-z\d+-]*(\.[a-z\d+-]+)+$/.test(scheme)) return true;
  // RFC 7595 §3.8.
  if (!/^[a-z][a-z\d+-]{1,39}$/.test(scheme)) return false;
  return !TAKEN.has(scheme) && !TAKEN_FAMILIES.some((family) => scheme.startsWith(family));
}
