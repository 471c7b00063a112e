// The form that takes a person on by itself, when every script of the page has run. Its text is allowed by its hash.
addEventListener('DOMContentLoaded', () => document.querySelector('[data-goes-on]')?.requestSubmit());
