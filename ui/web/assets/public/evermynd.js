// EverMynd over Chainlit's page: opens passages beside the chat, keeps the address of a new chat, and gives
// names to what Chainlit leaves unnamed for a keyboard or a screen reader.
(() => {
  'use strict';
  // What this script says, in the person's language; Chainlit takes its own words and months by the browser's.
  const WORDS = JSON.parse(document.getElementById('em-words')?.textContent || '{}');
  const dated = Date.prototype.toLocaleString;
  Date.prototype.toLocaleString = function (locale, ...how) {
    return dated.call(this, !locale || locale === 'default' ? document.documentElement.lang : locale, ...how);
  };
  Object.defineProperty(navigator, 'language', { get: () => document.documentElement.lang, configurable: true });

  function say(message, values = {}) {
    return (WORDS[message] ?? message).replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
  }

  const BUTTON = '[id^="step-"] .-ml-1\\.5 button'; // under a message
  const CITATION = 'a[href^="/chat/citations/"]';
  const NAMES = {
    'chat-submit': say('Send'),
    'stop-button': say('Stop the answer'),
    'upload-button': say('Attach files'),
    'new-chat-button': say('New chat'),
    'sidebar-trigger-button': say('Side bar'),
    'search-chats-button': say('Search chats'),
    'user-nav-button': say('Account menu'),
    'chat-input': say('Your message')
  };
  const SIGNS = [
    ['.edit-message', say('Edit this message')],
    ['button:has(> .lucide-copy)', say('Copy')],
    ['#message-composer button:has(> .lucide-x)', say('Remove the file')],
    ['#message-composer button:has(path[d^="M9.5 4C8.67"])', say('Record a message')],
    ['#message-composer div:has(> div > canvas) > button', say('Stop and send')],
    ['button:has(> .lucide-arrow-down)', say('Go to the end')]
  ];
  // What Chainlit says to screen readers, and while it records, in English only
  const UNSEEN = { Close: say('Close'), Listening: say('Listening'), 'Toggle theme': say('Light or dark'), 'Toggle Sidebar': say('Side bar') };
  const LINKS = [
    ['#header a[href^="/account/sign-up"]', say('Sign up to keep this chat')],
    ['#header a[href="/account"]', say('Your account')]
  ];

  // What Chainlit says in passing, and in English only
  const TOASTS = [
    [/^File type must be (?:one of )?(.*)/, (types) => say('Files of this type cannot be read. These can: {types}.', { types: types.match(/\.\w+/g)?.map((kind) => kind.slice(1)).join(', ') || '' })],
    [/^File is larger than (\d+)/, (megabytes) => say('The file is larger than {megabytes} MB.', { megabytes })],
    [/^Too many files/, () => say('These are too many files at once.')],
    [/^Couldn't resume chat(?:: (.*))?/, (reason) => reason || say('This chat is not there any more.')],
    [/^(?:Bad Request|Not Found|Conflict): (.+)/, (said) => said],
    [/^(?:Error fetching threads|Failed to load thread|Failed to copy)/, () => say('That did not work')]
  ];

  function sayToasts() {
    for (const title of document.querySelectorAll('[data-sonner-toast] [data-title]')) {
      for (const [english, ours] of TOASTS) {
        const found = title.textContent.match(english);
        if (found && title.textContent !== ours(found[1])) title.textContent = ours(found[1]);
      }
    }
  }

  // What the style sheet says
  document.documentElement.style.setProperty('--em-welcome', JSON.stringify(say('Ask a coach. Every answer shows where it comes from.')));
  document.documentElement.style.setProperty('--em-send', JSON.stringify(say('Send')));

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
    const close = element('button', { type: 'button', 'aria-label': say('Close the passage') }, '\u00d7');
    close.addEventListener('click', closePassage);
    const title = element('h2', { id: 'em-passage-title' }, passage.title);
    const place = element('p', { class: 'place' }, passage.place);
    const quote = element('mark', {}, passage.quote);
    const text = element('div', { class: 'text', tabindex: '0', 'aria-label': say('Passage') }, passage.before, quote, passage.after);
    const footer = element('footer', {}, element('a', { href: address, target: '_blank' }, say('Open as a page')));
    if (passage.href) {
      footer.append(element('a', { href: passage.href, target: '_blank', rel: 'noreferrer noopener' }, say('Open the document')));
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

  // A thread that is drawn anew has the same links once more; a passage is closed when its link is gone for good.
  function keepPassage() {
    const again = [...document.querySelectorAll(CITATION)].find((link) => link.getAttribute('href') === opener.getAttribute('href'));
    if (!again) return closePassage();
    again.setAttribute('aria-expanded', 'true');
    opener = again;
  }

  async function openPassage(link) {
    const address = link.getAttribute('href').split('#')[0];
    opener?.removeAttribute('aria-expanded');
    opener = link;
    link.setAttribute('aria-expanded', 'true');
    try {
      const answer = await fetch(address, { headers: { accept: 'application/json' } });
      const passage = answer.ok
        ? await answer.json()
        : { title: say('This passage is gone'), place: '', before: say('The document was deleted or replaced since.'), quote: '', after: '' };
      if (opener?.getAttribute('href') === link.getAttribute('href')) showPassage(passage, address);
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

  // A new title is confirmed with Enter too; Chainlit wants its button pressed.
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing || !(event.target instanceof Element) || !event.target.matches('[role="dialog"] input#name')) return;
    event.preventDefault();
    event.target.closest('[role="dialog"]').querySelector('button:not([disabled]) + button:not([disabled])')?.click();
  });

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

  // Chainlit opens its session twice while a thread's page loads, each after a call of its own. Were the first call
  // answered last, the older socket would stay, and files be sent to a session that the server never saw. A call that
  // is not answered at all is given up: the page opens without it.
  const REGISTERING = 5000;
  const ask = window.fetch;
  let registered = Promise.resolve();
  function register(call) {
    const answer = registered.then(() => ask.call(window, call[0], { ...call[1], signal: AbortSignal.timeout(REGISTERING) }));
    registered = answer.catch(() => undefined);
    return answer;
  }

  window.fetch = async function (...call) {
    const address = String(call[0]?.url ?? call[0]);
    if (/\/logout$/.test(address)) forgetUntaken();
    const answer = await (/\/set-session-cookie$/.test(address) ? register(call) : ask.apply(this, call));
    if (answer.ok && call[1]?.method === 'DELETE' && /\/project\/thread$/.test(address)) forgetThread(JSON.parse(call[1].body).threadId);
    if (answer.status !== 401) return answer;
    signIn();
    return new Promise(() => {}); // the page is left; Chainlit would leave it for a sign-in that knows no way back
  };

  // A session whose socket opens again can have forgotten its thread: then nothing would ever be shown. A new session
  // has none to forget, whatever the address still says.
  const sessions = new WeakMap(); // socket to session
  const threads = new Map(); // session to thread
  let session = '';

  function opening(socket, data) {
    const asked = JSON.parse(data.slice(2));
    session = asked.sessionId;
    asked.person = document.documentElement.dataset.person;
    sessions.set(socket, session);
    if (asked.threadId) threads.set(session, asked.threadId);
    else asked.threadId = threads.get(session) ?? '';
    return `40${JSON.stringify(asked)}`;
  }

  // What was written and not yet taken by the hub: a dead connection swallows it without a word, and what the hub
  // refused is gone with the session. It is said again over the next socket of its session or of its thread, where its
  // id keeps it from being said twice. It outlives a reload, and waits while its person signs in anew. What was to begin
  // a chat begins one after a reload, but does not follow into the next that its page opens.
  const STORE = 'evermynd-untaken';
  const LONGEST = 4_000_000; // characters; the hub closes its end before much more, and would do so each time
  const OLDEST = 86_400_000; // milliseconds; a browser that brings back an old tab says nothing from before
  const untaken = new Map(remembered());

  function remembered() {
    try {
      const { person, said } = JSON.parse(sessionStorage.getItem(STORE));
      return person === document.documentElement.dataset.person ? said.filter(sound) : [];
    } catch {
      return []; // nothing was kept, or storage is closed to us
    }
  }

  function sound(entry) {
    const [key, kept] = Array.isArray(entry) ? entry : [];
    return kept?.payload?.message?.id && key === `${kept.event} ${kept.payload.message.id}` && Date.now() - kept.at < OLDEST;
  }

  // Tells whether what was written would outlive a reload.
  function remember() {
    try {
      const said = [...untaken].map(([key, { socket, session: own, ...kept }]) => [key, kept]);
      if (said.length) sessionStorage.setItem(STORE, JSON.stringify({ person: document.documentElement.dataset.person, said }));
      else sessionStorage.removeItem(STORE);
      return true;
    } catch {
      return !untaken.size; // storage is closed to us or full; what was written then lives as long as the page
    }
  }
  remember(); // what is somebody else's, or too old, is not kept

  function forgetUntaken() {
    untaken.clear();
    remember();
  }

  function forgetThread(thread) {
    for (const [key, said] of untaken) if (said.thread === thread) untaken.delete(key);
    remember();
  }

  function keep(socket, data) {
    const [event, payload] = JSON.parse(data.slice(2));
    for (const file of payload.fileReferences ?? []) file.name = attached.get(file.id);
    const { id, output } = payload.message;
    const own = sessions.get(socket);
    const first = event === 'edit_message' && untaken.get(`client_message ${id}`);
    if (first) Object.assign(first.payload.message, { output, command: null });
    if (data.length < LONGEST) untaken.set(`${event} ${id}`, { socket, session: own, thread: threads.get(own) ?? '', at: Date.now(), event, payload });
    remember();
    return `42${JSON.stringify([event, payload])}`;
  }

  // While the page of a thread loads, its first session has no thread yet.
  function belongs(said, own) {
    if (said.session === own) return true;
    if (said.thread) return said.thread === threads.get(own);
    return !said.session && !threads.get(own) && !/\/thread\//.test(location.pathname);
  }

  function sayAgain(socket) {
    const own = sessions.get(socket);
    for (const said of untaken.values()) {
      if (said.socket === socket || !belongs(said, own)) continue;
      if (said.event === 'edit_message' && untaken.has(`client_message ${said.payload.message.id}`)) continue; // once that is taken
      Object.assign(said, { socket, session: own });
      send.call(socket, `42${JSON.stringify([said.event, { ...said.payload, again: true }])}`);
    }
  }

  function taken({ event, id }) {
    const { socket } = untaken.get(`${event} ${id}`) ?? {};
    untaken.delete(`${event} ${id}`);
    remember();
    if (socket) sayAgain(socket);
  }

  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    if (typeof data !== 'string') return send.call(this, data);
    if (data.startsWith('40{')) data = opening(this, data);
    if (/^42\["(?:client|edit)_message"/.test(data)) data = keep(this, data);
    send.call(this, data);
    if (data.startsWith('42["connection_successful"')) sayAgain(this);
  };

  // How the files that wait in the composer are called: should the hub lose one, it can say which.
  const attached = new Map();
  const upload = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function (body) {
    const file = body instanceof FormData && body.get('file');
    if (file instanceof File) {
      this.addEventListener('load', () => {
        if (this.status === 200) attached.set(JSON.parse(this.responseText).id, file.name);
      });
    }
    return upload.call(this, body);
  };

  // The address of a new chat, so that a reload comes back to it. Chainlit does this only when mounted at "/".
  window.addEventListener('chainlit-call-fn', (event) => {
    const { name, args } = event.detail;
    if (name !== 'evermynd-thread') return;
    threads.set(session, args.id);
    for (const said of untaken.values()) if (said.session === session) said.thread = args.id;
    remember();
    if (/\/thread\//.test(location.pathname)) return;
    history.replaceState(history.state, '', `/chat/thread/${encodeURIComponent(args.id)}`);
  });

  // Who says it: the name of the coach above its first message in a row, leading to its page
  const AVATAR = 'img[src*="/chat/avatars/"]';
  const OF_COACH = /\/chat\/avatars\/(?:([0-9a-f-]{36})~|[^~?#]*~)?([^?#]*)/;

  function decoded(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  }

  function nameSpeakers() {
    let last = '';
    for (const step of document.querySelectorAll('[data-step-type]')) {
      if (step.dataset.stepType !== 'assistant_message') {
        last = '';
        continue;
      }
      const picture = step.querySelector(AVATAR);
      const source = picture?.getAttribute('src') || '';
      const found = source.match(OF_COACH);
      if (found) nameSpeaker(step, picture, found[1] || '', decoded(found[2]), source === last);
      last = source;
    }
  }

  function nameSpeaker(step, picture, coach, name, again) {
    if (picture.dataset.emCoach !== coach) picture.dataset.emCoach = coach;
    if (picture.alt !== name) picture.alt = name;
    const column = step.querySelector('.message-content')?.parentElement;
    if (!column) return;
    let by = column.querySelector(':scope > .em-by');
    if (by && by.dataset.emOf !== `${coach}~${name}`) {
      by.remove();
      by = null;
    }
    if (!by && name !== 'default' && name !== 'EverMynd') {
      by = coach ? element('a', { class: 'em-by', href: `/coaches/${coach}` }, name) : element('span', { class: 'em-by' }, name);
      by.dataset.emOf = `${coach}~${name}`;
      column.prepend(by);
    }
    if (by && by.hidden !== again) by.hidden = again;
  }

  document.addEventListener(
    'click',
    (event) => {
      const coach = event.target instanceof Element && event.target.closest(AVATAR)?.dataset.emCoach;
      if (coach) location.assign(`/coaches/${coach}`);
    },
    true
  );
  // A guest who signs up to keep this chat comes back to it.
  document.addEventListener(
    'click',
    (event) => {
      const link = event.target instanceof Element && event.target.closest('a[href^="/account/sign-up"]');
      if (link) link.setAttribute('href', `/account/sign-up?next=${encodeURIComponent(location.pathname)}`);
    },
    true
  );
  // Chainlit's hint beside a picture would show its address; the name stands above the message.
  for (const kind of ['pointermove', 'pointerover', 'pointerenter']) {
    document.addEventListener(
      kind,
      (event) => {
        if (event.target instanceof Element && event.target.closest(`.ai-message ${AVATAR}`)) event.stopPropagation();
      },
      true
    );
  }

  // Threads with something new in them, and what was said there unasked
  let unread = new Set();

  function markThreads() {
    for (const item of document.querySelectorAll('#thread-history li[id^="thread-"]')) {
      const fresh = unread.has(item.id.slice('thread-'.length));
      if (item.classList.contains('em-unread') === fresh) continue;
      item.classList.toggle('em-unread', fresh);
      const link = item.querySelector('a');
      if (fresh) link?.setAttribute('aria-description', say('Something new'));
      else link?.removeAttribute('aria-description');
    }
    const trigger = document.getElementById('sidebar-trigger-button');
    if (trigger && trigger.classList.contains('em-unread') !== unread.size > 0) {
      trigger.classList.toggle('em-unread', unread.size > 0);
    }
    const title = document.title.replace(/^\(\d+\) /, '');
    const wanted = unread.size ? `(${unread.size}) ${title}` : title;
    if (document.title !== wanted) document.title = wanted;
  }

  function tellArrived({ thread, title, text }) {
    let place = document.getElementById('em-arrivals');
    if (!place) {
      place = element('div', { id: 'em-arrivals', role: 'status', 'aria-live': 'polite' });
      document.body.append(place);
    }
    const close = element('button', { type: 'button', 'aria-label': say('Close') }, '\u00d7');
    const link = element('a', { href: `/chat/thread/${encodeURIComponent(thread)}` }, element('strong', {}, title || say('Something new')), element('span', {}, text));
    const told = element('div', { class: 'em-arrival' }, link, close);
    place.querySelector(`a[href="${link.getAttribute('href')}"]`)?.parentElement.remove();
    place.append(told);
    close.addEventListener('click', () => told.remove());
    const leave = () => (told.matches(':hover, :focus-within') ? setTimeout(leave, 3000) : told.remove());
    setTimeout(leave, 15000);
  }

  function tellLooking() {
    window.postMessage({ evermynd: 'looking', visible: !document.hidden }, location.origin);
  }
  document.addEventListener('visibilitychange', tellLooking);

  // What the server tells this script; Chainlit would send it back as it does with every message to the window. What
  // another window says goes no further: Chainlit would hand it in as if this page had said it.
  window.addEventListener(
    'message',
    (event) => {
      const { source, data } = event;
      if (source !== window) return event.stopImmediatePropagation();
      if (typeof data !== 'object' || !data) return;
      if (data.evermynd === 'unread') {
        unread = new Set(data.threads);
        markThreads();
        tellLooking();
      } else if (data.evermynd === 'signs') {
        for (const [message, drawn] of Object.entries(data.messages)) signs.set(message, drawn);
        drawSigns();
      } else if (data.evermynd === 'taken') taken(data);
      else if (data.evermynd === 'gone') forgetThread(data.thread);
      else if (data.evermynd === 'arrived') tellArrived(data);
      else if (data.evermynd === 'language') {
        const files = [...untaken.values()].some((said) => said.payload.fileReferences?.length);
        const unsent = files || !remember() || document.getElementById('chat-input')?.value || document.querySelector('#message-composer button:has(> .lucide-x)');
        // It is said again after each answer, so what is being written loses nothing
        if (data.language !== document.documentElement.lang && !unsent) location.reload();
      }
      else return;
      event.stopImmediatePropagation();
    },
    true
  );

  // What stands under an answer: thumbs and asking again
  const SVG = 'http://www.w3.org/2000/svg';
  const SHAPES = {
    up: 'M7 10v11H3V10zm0 0 4.5-7.5c1.6.1 2.5 1.4 2.2 3L13 9.5h6.2c1.3 0 2.2 1.2 1.9 2.4l-2 7.6c-.2.9-1 1.5-1.9 1.5H7',
    down: 'M17 14V3h4v11zm0 0-4.5 7.5c-1.6-.1-2.5-1.4-2.2-3l.7-4H4.8c-1.3 0-2.2-1.2-1.9-2.4l2-7.6C5.1 3.6 5.9 3 6.8 3H17',
    again: 'M20 11a8 8 0 0 0-14-4.5L3 9.5M3 4v5.5h5.5M4 13a8 8 0 0 0 14 4.5l3-3M21 20v-5.5h-5.5'
  };
  const signs = new Map();

  function sign(shape, label, pressed, wish) {
    const made = element('button', { type: 'button', 'aria-label': label, title: label });
    if (pressed !== undefined) made.setAttribute('aria-pressed', String(pressed));
    const picture = document.createElementNS(SVG, 'svg');
    picture.setAttribute('viewBox', '0 0 24 24');
    picture.setAttribute('aria-hidden', 'true');
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', SHAPES[shape]);
    picture.append(path);
    made.append(picture);
    made.addEventListener('click', () => window.postMessage(wish, location.origin));
    if (shape === 'again') made.className = 'em-again';
    return made;
  }

  function drawSigns() {
    for (const [message, { scored, good, again }] of signs) {
      const column = document.getElementById(`step-${message}`)?.querySelector('.message-content')?.parentElement;
      if (!column) continue;
      const state = `${scored} ${good} ${again}`;
      const before = column.querySelector(':scope > .em-signs');
      if (before?.dataset.emState === state) continue;
      const focused = before?.contains(document.activeElement) && document.activeElement.getAttribute('aria-label');
      before?.remove();
      if (!scored && !again) continue;
      const row = element('div', { class: 'em-signs', role: 'group', 'aria-label': say('About this answer') });
      row.dataset.emState = state;
      const rate = (value) => ({ evermynd: 'rate', message, good: good === value ? null : value });
      if (scored) row.append(sign('up', say('A good answer'), good === true, rate(true)), sign('down', say('Not a good answer'), good === false, rate(false)));
      if (again) row.append(sign('again', say('Answer again'), undefined, { evermynd: 'again', message }));
      column.append(row);
      if (focused) row.querySelector(`[aria-label="${focused}"]`)?.focus();
    }
  }

  // What is answered anew stays where it is on the screen; Chainlit would scroll to the end at every change.
  let held = 0;

  function hold(step) {
    if (!step) return;
    const top = step.getBoundingClientRect().top;
    const own = ++held;
    let until = performance.now() + 2500;
    const keep = () => {
      if (own !== held) return;
      const found = document.getElementById(step.id);
      let place = found?.parentElement;
      while (place && !(place.scrollHeight > place.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(place).overflowY))) place = place.parentElement;
      if (place && found) {
        const moved = found.getBoundingClientRect().top - top;
        if (Math.abs(moved) > 2) place.scrollTo({ top: place.scrollTop + moved, behavior: 'instant' });
      }
      const now = performance.now();
      if (document.getElementById('stop-button')) until = Math.max(until, now + 800);
      if (now < until) requestAnimationFrame(keep);
    };
    requestAnimationFrame(keep);
  }

  for (const kind of ['wheel', 'touchmove', 'pointerdown', 'keydown']) {
    window.addEventListener(kind, () => held++, { capture: true, passive: true });
  }
  document.addEventListener(
    'click',
    (event) => {
      const pressed = event.target instanceof Element && event.target.closest('.confirm-edit, .em-again');
      if (pressed) hold(pressed.closest('[id^="step-"]'));
    },
    true
  );

  // Charts in words: a name, and their numbers as a table
  function plain(text) {
    return String(text ?? '').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
  }

  function nameCharts() {
    for (const plot of document.querySelectorAll('.inline-plotly-container .js-plotly-plot:not([role])')) {
      const { data, layout } = plot;
      if (!data?.length || !layout) continue;
      const title = plain(layout.title?.text);
      plot.setAttribute('role', 'img');
      plot.setAttribute('aria-label', data[0].type === 'bar' ? say('Bar chart: {title}', { title }) : say('Line chart: {title}', { title }));
      const cell = (tag, text, attributes = {}) => element(tag, attributes, plain(text));
      const head = element('tr', {}, element('td', {}), ...data.map((series) => cell('th', series.name, { scope: 'col' })));
      const rows = data[0].x.map((label, at) =>
        element('tr', {}, cell('th', label, { scope: 'row' }), ...data.map((series) => cell('td', series.y[at])))
      );
      const table = element('table', {}, element('caption', {}, title), element('thead', {}, head), element('tbody', {}, ...rows));
      const numbers = element('details', { class: 'em-numbers' }, element('summary', {}, say('Show the numbers')), table);
      const place = plot.closest('.inline-plotly-container');
      place.querySelector('.em-numbers')?.remove();
      place.append(numbers);
    }
  }

  // Pictures: opened by keyboard too; one that is no longer kept says so
  function nameSigns() {
    for (const [selector, label] of SIGNS) {
      for (const found of document.querySelectorAll(selector)) {
        if (found.getAttribute('aria-label') !== label) found.setAttribute('aria-label', label);
      }
    }
    for (const picture of document.querySelectorAll('img.inline-image:not([tabindex])')) {
      picture.setAttribute('tabindex', '0');
      picture.setAttribute('role', 'button');
    }
  }

  document.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && event.target instanceof Element && event.target.matches('img.inline-image')) event.target.click();
  });
  document.addEventListener(
    'error',
    (event) => {
      const picture = event.target;
      if (!(picture instanceof HTMLImageElement) || !picture.matches('img.inline-image') || picture.hidden) return;
      picture.hidden = true;
      picture.after(element('p', { class: 'em-gone' }, say('{name} is no longer kept', { name: picture.alt })));
    },
    true
  );

  if (!window.isSecureContext) document.documentElement.classList.add('em-no-microphone');

  // Signed out elsewhere: the socket is refused, so ask once whether we are still known.
  function signIn() {
    location.assign(`/chat/login?next=${encodeURIComponent(location.pathname)}`);
  }

  let asking = false;
  async function checkSession() {
    if (asking) return;
    asking = true;
    try {
      const answer = await fetch('/chat/user'); // which leads to the sign-in page if we are not
      const { identifier } = await answer.json();
      if (identifier !== document.documentElement.dataset.person) location.reload(); // somebody else signed in since
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
      options.setAttribute('aria-label', say('Rename or delete this chat'));
    }
    for (const [selector, label] of LINKS) {
      for (const found of document.querySelectorAll(`${selector} span`)) if (found.textContent !== label) found.textContent = label;
      for (const found of document.querySelectorAll(`${selector} img`)) if (found.alt !== label) found.alt = label;
    }
    for (const link of document.querySelectorAll('#thread-history a[href*="/thread/"]')) {
      if (link.pathname === location.pathname) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    for (const card of document.querySelectorAll('a.inline-file[href="#"]')) card.removeAttribute('href');
    for (const found of document.querySelectorAll('.sr-only, div:has(+ canvas)')) {
      const label = UNSEEN[found.textContent];
      if (label && label !== found.textContent) found.textContent = label;
    }
    for (const rail of document.querySelectorAll('[data-sidebar="rail"][title="Toggle Sidebar"]')) {
      rail.title = say('Side bar');
      rail.setAttribute('aria-label', say('Side bar'));
    }
    nameSigns();
    sayToasts();
    nameSpeakers();
    drawSigns();
    nameCharts();
    markThreads();
    for (const bar of document.querySelectorAll('a[href^="#progress-"]')) {
      const percent = bar.getAttribute('href').slice('#progress-'.length);
      if (bar.getAttribute('aria-valuenow') === percent) continue;
      bar.style.setProperty('--em-done', `${percent}%`);
      for (const [key, value] of Object.entries({ role: 'progressbar', tabindex: '-1', 'aria-valuemin': 0, 'aria-valuemax': 100, 'aria-valuenow': percent, 'aria-label': say('Progress') })) {
        bar.setAttribute(key, value);
      }
    }
    if (document.getElementById('session-error')) checkSession();
  }

  // A pressed button that is gone, such as "Try again", leaves the focus to where one writes.
  let pressed = null;
  document.addEventListener(
    'click',
    (event) => {
      pressed = event.target instanceof Element ? event.target.closest(BUTTON) : null;
    },
    true
  );

  function keepFocus() {
    if (!pressed || pressed.isConnected) return;
    pressed = null;
    if (document.activeElement === document.body) document.getElementById('chat-input')?.focus({ preventScroll: true });
  }

  let scheduled = false;
  new MutationObserver(() => {
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(() => {
      scheduled = false;
      nameControls();
      keepFocus();
      if (panel && opener && !opener.isConnected) keepPassage();
    });
  }).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ['href', 'id', 'src'] });
})();
