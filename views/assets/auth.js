// The pages work without this script. It makes them kinder: it shows a password, stops a second submit, and tells
// times in the person's own time zone. It is inlined with a nonce; keep it small.
const d = document;

// Show and hide a password.
for (const b of d.querySelectorAll('[data-reveal]')) {
  b.hidden = false;
  b.onclick = () => {
    const i = d.getElementById(b.dataset.reveal);
    const on = i.type === 'password';
    i.type = on ? 'text' : 'password';
    b.textContent = on ? b.dataset.hide : b.dataset.show;
    b.setAttribute('aria-pressed', on);
  };
}

// One submit only; the password goes back to masked, so that a password manager knows it. A download leaves the page.
for (const f of d.querySelectorAll('[method=post]:not([data-stays])'))
  f.addEventListener('submit', (e) => {
    if (f.dataset.sent) return e.preventDefault();
    f.dataset.sent = 1;
    for (const i of f.querySelectorAll('[autocomplete$=-password]')) i.type = 'password';
    e.submitter?.setAttribute('aria-busy', 'true');
  });

// Coming back by the back button: the form can be sent again.
addEventListener('pageshow', (e) => {
  if (e.persisted)
    for (const f of d.forms) {
      delete f.dataset.sent;
      f.querySelector('[aria-busy]')?.removeAttribute('aria-busy');
    }
});

// A code without its gaps, sent once when it is complete.
for (const c of d.querySelectorAll('[data-complete]'))
  c.oninput = () => {
    const v = c.value.replace(/[\s-]/g, '');
    if (v.length !== +c.dataset.complete || /\D/.test(v)) return;
    c.value = v;
    c.oninput = null;
    c.form.requestSubmit();
  };

// Copy and print: what only a script can do is hidden without one.
for (const b of d.querySelectorAll('[data-copy],[data-print]')) {
  b.hidden = false;
  b.onclick = async () => {
    if (!b.dataset.copy) return print();
    const c = d.getElementById(b.dataset.copy);
    await navigator.clipboard.writeText(c.value ?? c.innerText);
    b.textContent = b.dataset.done;
  };
}

// Times in the person's own time zone, written as in their region, where that speaks the language of the page.
const l = d.documentElement.lang;
for (const t of d.querySelectorAll('time'))
  t.textContent = new Date(t.dateTime).toLocaleString(navigator.languages.find((e) => e.startsWith(l)) || l, {
    dateStyle: 'medium',
    timeStyle: 'short',
  });
