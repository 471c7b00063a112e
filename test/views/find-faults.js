/** Runs inside the browser: what every page of ours must have, whatever it is about. Answers a line per fault. */
() => {
  const faults = [];
  const all = (selector) => [...document.querySelectorAll(selector)];
  const shown = (selector) =>
    all(selector).filter((element) => element.checkVisibility() && element.getClientRects().length > 0);

  if (all('h1').length !== 1) faults.push(`${all('h1').length} h1`);
  if (all('main').length !== 1) faults.push(`${all('main').length} main`);

  for (const form of all('form[method=post]')) {
    const hasToken = form.querySelector('input[type=hidden][name=csrf]') !== null;
    const isOurs = new URL(form.action).origin === location.origin;
    if (isOurs && !hasToken) faults.push(`no csrf: ${form.outerHTML}`);
    if (!isOurs && hasToken) faults.push(`csrf sent away: ${form.outerHTML}`);
  }
  // A field that is not drawn, as one with the name for a password manager, needs none.
  for (const field of all('input:not([type=hidden],[hidden]),select')) {
    if (!field.labels?.length && !field.ariaLabel) faults.push(`no label: ${field.outerHTML}`);
  }

  // What a password manager has is pasted, whole. No screen has a puzzle, or a part that another site draws; the mailbox of
  // a developer's machine draws mails in frames that may do nothing.
  for (const field of all('input:not([type=hidden],[type=checkbox],[type=radio])')) {
    const paste = new ClipboardEvent('paste', { bubbles: true, cancelable: true });
    if (!field.dispatchEvent(paste)) faults.push(`refuses what is pasted: ${field.outerHTML}`);
    const isSecret = field.type === 'password' || field.inputMode === 'numeric';
    if (isSecret && field.maxLength !== -1) faults.push(`cuts a secret: ${field.outerHTML}`);
  }
  for (const element of all('iframe:not([sandbox][src^="/dev/mailbox/"]),canvas,object,embed'))
    faults.push(`not a page of ours alone: ${element.outerHTML}`);

  // A checkbox is as large as its label. A link inside a sentence is as large as the sentence lets it be.
  for (const control of shown(
    'button,select,summary,input:not([type=checkbox]),.check,.btn,.link,nav a,.ways a,.row a,.foot a',
  )) {
    const { width, height } = control.getBoundingClientRect();
    const isShortWord = control.matches('.foot a,.row a');
    if (height < 43.9 || (width < 44 && !isShortWord))
      faults.push(`${width}x${height}: ${control.outerHTML}`);
  }

  // The page clips what hangs out, so scrolling tells nothing: each box is measured. A field scrolls by itself, and a
  // seal is cropped by itself. The width is that of the page and not of the window, which a phone widens for it.
  const { clientWidth } = document.documentElement;
  for (const element of shown('body *')) {
    if (element.closest('.seal *,.unseen')) continue;
    const { left, right } = element.getBoundingClientRect();
    if (left < -0.5 || right > clientWidth + 0.5)
      faults.push(`hangs out: ${element.outerHTML.slice(0, 200)}`);
    const cut = element.scrollWidth - element.clientWidth;
    if (
      cut > 1 &&
      element.clientWidth > 0 &&
      !element.matches('input') &&
      getComputedStyle(element).overflowX !== 'visible'
    ) {
      faults.push(`cut off by ${cut}: ${element.outerHTML.slice(0, 200)}`);
    }
  }

  // Browsers without `overflow: clip` scroll this far sideways, and pictures of whole pages are as wide.
  const width = Math.max(document.documentElement.scrollWidth, document.body.scrollWidth);
  if (width > clientWidth) faults.push(`wider by ${width - clientWidth}`);

  if (all('[autofocus]').length > 1) faults.push('begins in more than one place');

  const ids = all('[id]').map(({ id }) => id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) faults.push(`twice: #${id}`);
  return faults;
};
