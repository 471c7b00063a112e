// Passkeys. `data-passkey` is what is to be signed, or the address that tells it; `data-auto`: it is offered in the
// suggestions of the field, without a dialog; `data-new`: one is made; `data-quiet`: without asking, if the browser can.
const P = self.PublicKeyCredential;
const p = d.querySelector('[data-passkey]');
if (p && P?.parseRequestOptionsFromJSON) {
  const f = p.form;
  const o = p.dataset;
  const can = (await P.getClientCapabilities?.().catch(() => 0)) || {};
  const say = (k) => {
    d.getElementById('passkey-say').textContent = o[k] || '';
  };
  let fast = can.immediateGet;
  let stop;
  let timer;
  const ask = async (extra) => {
    clearTimeout(timer);
    stop?.abort();
    stop = new AbortController();
    const { signal } = stop;
    const tried = sessionStorage.passkey || '';
    const keeps = can.passkeyPlatformAuthenticator || can.userVerifyingPlatformAuthenticator;
    const body = new URLSearchParams({
      csrf: f.csrf.value,
      tried,
      quiet: extra.mediation || '',
      can: !keeps ? '' : can.conditionalCreate ? 'quiet' : 'ask',
    });
    const s = JSON.parse(
      o.passkey[0] === '{'
        ? o.passkey
        : await (await fetch(o.passkey, { method: 'POST', body, signal })).text(),
    );
    if (s.unknown) P.signalUnknownCredential?.({ rpId: s.publicKey.rpId, credentialId: tried });
    const kind = o.new ? 'Creation' : 'Request';
    const publicKey = P[`parse${kind}OptionsFromJSON`](s.publicKey);
    const c = await navigator.credentials[o.new ? 'create' : 'get']({ publicKey, signal, ...extra });
    if (s.handle) f.handle.value = s.handle;
    p.previousElementSibling.value = JSON.stringify(c);
    sessionStorage.passkey = c.id;
    f.requestSubmit(p);
  };
  // A challenge lives five minutes, and this may wait for hours.
  const auto = async () => {
    if (!o.auto || !(can.conditionalGet ?? (await P.isConditionalMediationAvailable?.()))) return;
    ask({ mediation: 'conditional' }).catch(() => {});
    timer = setTimeout(auto, 24e4);
  };
  p.hidden = false;
  p.onclick = (e) => {
    e.preventDefault();
    say();
    p.setAttribute('aria-busy', 'true');
    // Immediate requests take no signal.
    ask(o.auto && fast ? { uiMode: 'immediate', signal: undefined } : {})
      .catch((e) => {
        fast = 0;
        say(e.name === 'InvalidStateError' ? 'exists' : 'none');
        auto();
      })
      .finally(() => p.removeAttribute('aria-busy'));
  };
  auto();
  if (o.quiet) {
    ask({ mediation: 'conditional' }).catch(() => {});
    const first = stop;
    setTimeout(() => first.abort(), 2e3);
  }
}
