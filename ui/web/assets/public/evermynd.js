// EverMynd over Chainlit's page: opens passages beside the chat, keeps the address of a new chat, and gives
// names to what Chainlit leaves unnamed for a keyboard or a screen reader.
(() => {
  'use strict';
  const CITATION = 'a[href^="/chat/citations/"]';
  const NAMES = {
    'chat-submit': 'Send',
    'stop-button': 'Stop the answer',
    'upload-button': 'Attach files',
    'new-chat-button': 'New chat',
    'sidebar-trigger-button': 'Side bar',
    'search-chats-button': 'Search chats',
    'user-nav-button': 'Account menu',
    'chat-input': 'Your message'
  };

  // Light or dark as the person's system is, until they choose
  try {
    if (!localStorage.getItem('vite-ui-theme')) localStorage.setItem('vite-ui-theme', 'system');
  } catch {
    // Storage is closed to us; the page then chooses for itself.
  }

  // The passage beside the chat
  let panel = null;
  let opener = null;

  function element(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  function closePassage() {
    if (!panel) return;
    panel.remove();
    panel = null;
    document.body.classList.remove('em-reading');
    if (opener) {
      opener.removeAttribute('aria-expanded');
      if (opener.isConnected) opener.focus();
    }
    opener = null;
  }

  function showPassage(passage, address) {
    const close = element('button', { type: 'button', 'aria-label': 'Close the passage' }, '\u00d7');
    close.addEventListener('click', closePassage);
    const title = element('h2', { id: 'em-passage-title' }, passage.title);
    const place = element('p', { class: 'place' }, passage.place);
    const quote = element('mark', {}, passage.quote);
    const text = element('div', { class: 'text', tabindex: '0', 'aria-label': 'Passage' }, passage.before, quote, passage.after);
    const footer = element('footer', {}, element('a', { href: address, target: '_blank' }, 'Open as a page'));
    if (passage.href) {
      footer.append(element('a', { href: passage.href, target: '_blank', rel: 'noreferrer noopener' }, 'Open the document'));
    }
    const made = element(
      'aside',
      { id: 'em-passage', role: 'dialog', 'aria-labelledby': 'em-passage-title' },
      element('header', {}, element('div', {}, title, place), close),
      text,
      footer
    );
    panel?.remove();
    panel = made;
    document.body.append(made);
    document.body.classList.add('em-reading');
    quote.scrollIntoView({ block: 'center' });
    close.focus();
  }

  async function openPassage(link) {
    const address = link.getAttribute('href').split('#')[0];
    opener?.removeAttribute('aria-expanded');
    opener = link;
    link.setAttribute('aria-expanded', 'true');
    try {
      const answer = await fetch(address, { headers: { accept: 'application/json' } });
      if (answer.status === 401) return signIn();
      const passage = answer.ok
        ? await answer.json()
        : { title: 'This passage is gone', place: '', before: 'The document was deleted or replaced since.', quote: '', after: '' };
      if (opener === link) showPassage(passage, address);
    } catch {
      location.assign(address);
    }
  }

  document.addEventListener(
    'click',
    (event) => {
      if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const link = event.target instanceof Element && event.target.closest(CITATION);
      if (!link || link.closest('#em-passage')) return;
      event.preventDefault();
      event.stopPropagation();
      if (link === opener) closePassage();
      else openPassage(link);
    },
    true
  );

  document.addEventListener(
    'keydown',
    (event) => {
      if (event.key === 'Escape' && panel) {
        event.stopPropagation();
        closePassage();
      }
    },
    true
  );

  // A command written out in full is sent at once; the menu would first want it chosen, and takes /coach for /coaches.
  document.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.target.id !== 'chat-input') return;
      const word = event.target.value.trim();
      const offered = [...document.querySelectorAll('[cmdk-item]')];
      const send = document.querySelector('#chat-submit:enabled');
      if (!send || !offered.some((item) => item.innerText.split('\n')[0] === word)) return;
      event.preventDefault();
      event.stopPropagation();
      send.click();
    },
    true
  );

  // Chainlit opens its socket twice while a thread's page loads, and now and then the one that forgot the thread is the
  // one that stays: then nothing would ever be shown. The address knows better.
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    const thread = location.pathname.match(/\/thread\/([0-9a-f-]{36})\/?$/);
    const opens = thread && typeof data === 'string' && data.startsWith('40{');
    return send.call(this, opens ? data.replace('"threadId":""', `"threadId":"${thread[1]}"`) : data);
  };

  // The address of a new chat, so that a reload comes back to it. Chainlit does this only when mounted at "/".
  window.addEventListener('chainlit-call-fn', (event) => {
    const { name, args } = event.detail;
    if (name !== 'evermynd-thread' || /\/thread\//.test(location.pathname)) return;
    history.replaceState(history.state, '', `/chat/thread/${encodeURIComponent(args.id)}`);
  });

  // Signed out elsewhere: the socket is refused, so ask once whether we are still known.
  function signIn() {
    location.assign(`/chat/login?next=${encodeURIComponent(location.pathname)}`);
  }

  let asking = false;
  async function checkSession() {
    if (asking) return;
    asking = true;
    try {
      if ((await fetch('/chat/user')).status === 401) signIn();
    } catch {
      // The hub is away; the page says so and tries again by itself.
    } finally {
      setTimeout(() => (asking = false), 3000);
    }
  }

  // Names, roles and keys that Chainlit's page lacks
  function nameControls() {
    for (const [id, label] of Object.entries(NAMES)) {
      for (const found of document.querySelectorAll(`#${id}:not([aria-label])`)) found.setAttribute('aria-label', label);
    }
    for (const options of document.querySelectorAll('#thread-options:not([tabindex])')) {
      options.setAttribute('tabindex', '0');
      options.setAttribute('role', 'button');
      options.setAttribute('aria-label', 'Rename or delete this chat');
    }
    for (const link of document.querySelectorAll('#thread-history a[href*="/thread/"]')) {
      if (link.pathname === location.pathname) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    for (const card of document.querySelectorAll('a.inline-file[href="#"]')) card.removeAttribute('href');
    for (const bar of document.querySelectorAll('a[href^="#progress-"]')) {
      const percent = bar.getAttribute('href').slice('#progress-'.length);
      if (bar.getAttribute('aria-valuenow') === percent) continue;
      bar.style.setProperty('--em-done', `${percent}%`);
      for (const [key, value] of Object.entries({ role: 'progressbar', tabindex: '-1', 'aria-valuemin': 0, 'aria-valuemax': 100, 'aria-valuenow': percent, 'aria-label': 'Progress' })) {
        bar.setAttribute(key, value);
      }
    }
    if (document.getElementById('session-error')) checkSession();
  }

  let scheduled = false;
  new MutationObserver(() => {
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(() => {
      scheduled = false;
      nameControls();
      if (panel && opener && !opener.isConnected) closePassage();
    });
  }).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ['href', 'id'] });
})();
