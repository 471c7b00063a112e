// What we know of the person's passkeys, for the browser to keep in step (WebAuthn L3 §5.1.10).
const v = d.querySelector('[data-signals]').dataset.signals;
for (const n of ['AllAcceptedCredentials', 'CurrentUserDetails'])
  self.PublicKeyCredential?.[`signal${n}`]?.(JSON.parse(v)).catch(() => {});
