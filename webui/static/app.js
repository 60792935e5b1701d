// 页面行为，全部由 data- 属性驱动；停用脚本时页面照样能用。
(() => {
  const texts = JSON.parse(document.getElementById('k-texts')?.textContent ?? '{}');
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const remembered = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const remember = (key, value) => { try { localStorage.setItem(key, value); } catch { /* 隐私模式 */ } };
  const on = (type, selector, handler) => document.addEventListener(type, (event) => {
    const target = event.target instanceof Element && event.target.closest(selector);
    if (target) handler(target, event);
  });

  // ── 提示条：8 秒后收起，指针或焦点在上面时不收 ──
  const TOAST_MS = 8000;
  const expire = (toast) => setTimeout(() => (toast.matches(':hover, :focus-within') ? expire(toast) : toast.remove()), TOAST_MS);
  function toast(text) {
    const box = document.createElement('div');
    box.className = 'k-toast';
    box.dataset.toast = '';
    box.append(Object.assign(document.createElement('span'), { textContent: text }));
    one('#k-toasts')?.append(box);
    expire(box);
  }
  on('click', '[data-dismiss]', (button) => button.closest('[data-toast]').remove());
  on('htmx:responseError', 'body', (_, { detail }) => toast(texts.failed.replace('{code}', detail.xhr.status)));
  on('htmx:sendError', 'body', () => toast(texts.offline));

  // ── 对话框与菜单 ──
  function openDialog(id) {
    const dialog = document.getElementById(id);
    if (!dialog || dialog.open) return;
    dialog.showModal();
    one('.k-dialog-body :is(input, select, textarea):not([type=hidden]), [data-confirm]', dialog)?.focus();
  }
  on('click', '[data-dialog]', (button) => { closeMenus(); openDialog(button.dataset.dialog); });
  on('click', 'dialog [data-close]', (button) => button.closest('dialog').close());
  on('change', '[data-confirm-label]', (choice) => {
    const button = one('[data-confirm]', choice.closest('dialog') ?? document);
    if (button) button.textContent = choice.dataset.confirmLabel;
  });
  const closeMenus = (except) => all('details.k-menu[open]').forEach((menu) => { if (menu !== except) menu.open = false; });
  document.addEventListener('click', (event) => closeMenus(event.target.closest('details.k-menu')));

  // ── 表单：未保存提醒、草稿、防重复提交 ──
  const dirty = new Set();
  const ownerForm = (control) => control.form ?? control.closest('form');
  document.addEventListener('input', ({ target }) => {
    const form = ownerForm(target);
    if (form?.dataset.guard !== undefined) dirty.add(form);
    if (form?.dataset.draft) planDraft(form);
  });
  window.addEventListener('beforeunload', (event) => { if (dirty.size) event.preventDefault(); });

  const DRAFT_MS = 2000;
  const draftTimers = new Map();
  function planDraft(form) {
    clearTimeout(draftTimers.get(form));
    draftTimers.set(form, setTimeout(() => saveDraft(form), DRAFT_MS));
  }
  async function saveDraft(form) {
    const status = one('[data-draft-status]');
    const body = new FormData(form);
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    if (status) status.textContent = texts.saving;
    try {
      const response = await fetch(form.dataset.draft, { method: 'POST', body, headers: { Accept: 'application/json' } });
      if (!response.ok) throw new Error(response.status);
      dirty.delete(form);
      if (status) status.textContent = (await response.json()).saved;
    } catch {
      if (status) status.textContent = texts.unsaved;
      planDraftLater(form);
    }
  }
  const planDraftLater = (form) => draftTimers.set(form, setTimeout(() => saveDraft(form), 10 * DRAFT_MS));

  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.dataset.busy) { event.preventDefault(); return; }
    if (event.defaultPrevented || form.method === 'get') return;
    form.dataset.busy = '1';
    clearTimeout(draftTimers.get(form));
    dirty.delete(form);
    event.submitter?.classList.add('is-busy');
  });
  const release = () => all('[data-busy]').forEach((form) => { delete form.dataset.busy; });
  window.addEventListener('pageshow', release);
  document.addEventListener('htmx:afterRequest', release);

  // ── 表单：按条件显示、明细行 ──
  function valuesOf(id, form) {
    const controls = all(`[data-field="${CSS.escape(id)}"] :is(input, select, textarea):enabled`, form);
      return controls.filter((control) => !/radio|checkbox/.test(control.type) || control.checked).map((control) => control.value);
  }
  // '' stands for nothing: an empty text, no box ticked.
  const hasOne = (values, wanted) => (values.some((value) => value !== '') ? values : ['']).some((value) => wanted.includes(value));
  function showFields(root = document) {
    for (const field of all('[data-show-field]', root)) {
      const form = field.closest('form, dialog') ?? document;
      if (!one(`[data-field="${CSS.escape(field.dataset.showField)}"]`, form)) continue; // the server has decided
      const wanted = JSON.parse(field.dataset.showValues).map(String);
      field.hidden = hasOne(valuesOf(field.dataset.showField, form), wanted) === ('showNot' in field.dataset);
      all('input, select, textarea', field).forEach((control) => { control.disabled = field.hidden; });
    }
  }
  document.addEventListener('change', () => showFields());
  on('click', '[data-add-row]', (button) => {
    const table = button.closest('[data-table]');
    const rows = one('tbody', table);
    const used = all('[name]', rows).map((control) => Number(control.name.split('-').at(-2)));
    const row = one('template', table).content.cloneNode(true);
    const number = String(Math.max(-1, ...used.filter(Number.isFinite)) + 1);
    for (const element of all('*', row)) for (const attribute of [...element.attributes]) {
      if (attribute.value.includes('__i__')) attribute.value = attribute.value.replaceAll('__i__', number);
    }
    rows.append(row);
    one('tr:last-child :is(input, select, textarea)', rows)?.focus();
    table.dispatchEvent(new Event('input', { bubbles: true }));
  });
  on('click', '[data-drop-row]', (button) => {
    const table = button.closest('[data-table]');
    button.closest('tr').remove();
    one('[data-add-row]', table).focus();
    table.dispatchEvent(new Event('input', { bubbles: true }));
  });
  // ── 行由别处给出的表格：查找、只看未填、批量填写与撤销 ──
  const cellsOf = (row, name) => all(`[data-given-cell${name ? `="${CSS.escape(name)}"` : ''}] :is(input, select, textarea)`, row);
  const filled = (row) => cellsOf(row).every((control) => control.value || !control.required);
  function needed(row) {
    for (const cell of all('[data-required-field]', row)) {
      const control = one('input, select, textarea', cell);
      const wanted = JSON.parse(cell.dataset.requiredValues).map(String);
      const values = cellsOf(row, cell.dataset.requiredField).map((other) => other.value);
      control.required = hasOne(values, wanted) !== ('requiredNot' in cell.dataset);
      control.placeholder = control.required ? texts.required : '';
    }
  }
  function listGiven(given) {
    const rows = all('tbody tr:has([data-given-cell])', given);
    const wanted = one('[data-given-search]', given).value.trim().toLowerCase();
    const open = one('[data-given-open]', given).checked;
    rows.forEach((row) => {
      needed(row);
      row.hidden = !row.textContent.toLowerCase().includes(wanted) || (open && filled(row) && !row.matches(':focus-within'));
    });
    const count = one('[data-given-count]', given);
    const numbers = { done: rows.filter(filled).length, all: rows.length, shown: rows.filter((row) => !row.hidden).length };
    count.textContent = count.dataset.text.replace(/\{(\w+)\}/g, (_, name) => numbers[name]);
  }
  const before = new WeakMap();
  function fillGiven(given, name, change) {
    const controls = all('tbody tr:not([hidden])', given).flatMap((row) => cellsOf(row, name));
    const changed = controls.map((control) => [control, control.value]).filter(([control]) => change(control));
    before.set(given, changed);
    one('[data-given-undo]', given).hidden = !changed.length;
    given.dispatchEvent(new Event('input', { bubbles: true }));
  }
  on('click', '[data-given-all]', (button) => fillGiven(button.closest('[data-given]'), button.dataset.givenColumn, (control) => {
    if (control.value === button.dataset.givenAll) return false;
    control.value = button.dataset.givenAll;
    return true;
  }));
  on('click', '[data-given-fill]', (button) => {
    const given = button.closest('[data-given]');
    const words = one('[data-given-words]', given).value.trim();
    if (words) fillGiven(given, button.dataset.givenFill, (control) => !control.value && Boolean(control.value = words));
  });
  on('click', '[data-given-undo]', (button) => {
    const given = button.closest('[data-given]');
    before.get(given)?.forEach(([control, value]) => { control.value = value; });
    button.hidden = true;
    given.dispatchEvent(new Event('input', { bubbles: true }));
  });
  on('input', '[data-given]', listGiven);
  all('[data-given]').forEach((given) => {
    one('[data-given-bar]', given).hidden = false;
    listGiven(given);
  });
  on('click', '[data-drop-file]', (button) => {
    const list = button.closest('ul');
    button.closest('li').remove();
    list.dispatchEvent(new Event('input', { bubbles: true }));
  });

  // 选中的附件立即逐个上传，随表单只交编号；停用脚本时文件随表单一起提交。
  on('change', 'input[type=file]', (input) => {
    const output = one(`output[for="${CSS.escape(input.id)}"]`);
    if (input.dataset.upload) sendFiles(input, output);
    else if (output) output.textContent = [...input.files].map((file) => file.name).join('、');
  });
  async function sendFiles(input, output) {
    const files = [...input.files];
    input.value = '';
    const refused = [];
    for (const file of files) {
      output.textContent = texts.sending.replace('{name}', file.name);
      const body = new FormData();
      body.append('file', file);
      body.append('csrf_token', one('[name=csrf_token]').value);
      try {
        const response = await fetch(input.dataset.upload, { method: 'POST', body, headers: { Accept: 'application/json' } });
        const answer = await response.json();
        refused.push(...(answer.problems ?? [answer.text]));
        (answer.files ?? []).forEach((kept) => listFile(input, kept));
      } catch { refused.push(texts.offline); }
    }
    output.textContent = refused.filter(Boolean).join('；');
  }
  function listFile(input, file) {
    const field = input.closest('[data-field]');
    let list = one('.k-files', field);
    if (!list) {
      list = Object.assign(document.createElement('ul'), { className: 'k-files' });
      input.closest('div').before(list);
    }
    const row = one('template[data-file]', field).content.cloneNode(true);
    Object.assign(one('a', row), { href: file.url, textContent: file.name });
    one('small', row).textContent = file.note;
    one('input', row).value = file.id;
    list.append(row);
    list.dispatchEvent(new Event('input', { bubbles: true }));
  }

  // ── 待办：当前行、选择、批量；刷新后保持 ──
  const rows = () => all('[data-row]');
  let current = null;
  function mark(row) {
    rows().forEach((other) => other.classList.toggle('is-current', other === row));
    current = row?.dataset.row ?? null;
    row?.scrollIntoView({ block: 'nearest' });
  }
  const currentRow = () => rows().find((row) => row.dataset.row === current);
  function step(by) {
    const list = rows();
    const at = list.findIndex((row) => row.dataset.row === current);
    if (list.length) mark(list[Math.min(list.length - 1, Math.max(0, at + by))]);
  }
  const picked = () => all('[data-pick]:checked').map((box) => box.closest('[data-row]'));
  function showBulk() {
    const bar = one('#bulk');
    const chosen = picked();
    rows().forEach((row) => row.classList.toggle('is-picked', chosen.includes(row)));
    if (!bar) return;
    bar.hidden = !chosen.length;
    one('[data-bulk-count]', bar).textContent = (texts.picked ?? '').replace('{n}', chosen.length);
    const refused = all('[data-bulk]', bar).filter((button) => {
      button.disabled = chosen.some((row) => !row.dataset.verbs.split(' ').includes(button.dataset.bulk));
      return button.disabled;
    });
    one('[data-bulk-reason]', bar).textContent = refused[0]?.dataset.reason ?? '';
  }
  const pick = (boxes, checked) => { boxes.forEach((box) => { box.checked = checked; }); showBulk(); };
  on('change', '[data-pick]', showBulk);
  on('change', '[data-pick-all]', (box) => pick(all('[data-pick]'), box.checked));
  on('click', '[data-bulk-clear]', () => pick(all('[data-pick], [data-pick-all]'), false));
  let kept = [];
  let focused = null;
  document.addEventListener('htmx:beforeRequest', (event) => {
    if (event.target.id === 'inbox-rows' && (document.hidden || one('dialog[open]'))) event.preventDefault();
  });
  document.addEventListener('htmx:beforeSwap', (event) => {
    if (event.target.id !== 'inbox-rows') return;
    kept = picked().map((row) => row.dataset.row);
    const active = document.activeElement.closest?.('[data-row]');
    focused = active && [active.dataset.row, all('a, button, input', active).indexOf(document.activeElement)];
  });
  document.addEventListener('htmx:afterSettle', () => {
    showFields();
    if (!one('#inbox-rows')) return;
    all('[data-pick]').forEach((box) => { box.checked = kept.includes(box.value); });
    currentRow()?.classList.add('is-current');
    const row = focused && rows().find((candidate) => candidate.dataset.row === focused[0]);
    if (row) all('a, button, input', row)[focused[1]]?.focus({ preventScroll: true });
    showBulk();
  });

  // ── 键盘：输入框内、输入法组字时不起作用 ──
  const typing = (target) => target.closest('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]');
  const search = () => (one('.k-tools input[type=search]') ?? one('[data-search]'))?.focus();
  function pressVerb(key) {
    const button = all(`[data-key="${key}"]`).find((candidate) => candidate.offsetParent ?? candidate.closest('details'));
    if (button) button.click();
    else if (currentRow() && 'art'.includes(key)) location.assign(`${currentRow().dataset.url}#do-${key}`);
  }
  const keys = {
    '/': search,
    '?': () => openDialog('k-keys'),
    j: () => (rows().length ? step(1) : pressVerb('j')),
    k: () => (rows().length ? step(-1) : pressVerb('k')),
    x: () => { const box = currentRow() && one('[data-pick]', currentRow()); if (box) pick([box], !box.checked); },
    a: () => pressVerb('a'), r: () => pressVerb('r'), t: () => pressVerb('t'),
  };
  function confirmKey() {
    const dialog = one('dialog[open]');
    one(dialog ? '[data-confirm]' : '.k-actions .btn-primary, [data-confirm]', dialog ?? document)?.click();
  }
  document.addEventListener('keydown', (event) => {
    if (event.isComposing || event.altKey) return;
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); confirmKey(); return; }
    if (event.ctrlKey || event.metaKey) return;
    if (event.key === 'Escape') { closeMenus(); if (!one('dialog[open]')) pick(all('[data-pick], [data-pick-all]'), false); return; }
    if (typing(event.target) || one('dialog[open]') || remembered('k-keys') === 'off') return;
    if (event.key === 'Enter' && event.target === document.body && currentRow()) { location.assign(currentRow().dataset.url); return; }
    const action = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (action) { event.preventDefault(); action(); }
  });
  on('change', '[data-keys-switch]', (box) => remember('k-keys', box.checked ? 'on' : 'off'));

  // ── 开页 ──
  on('click', '[data-theme-next]', () => window.kTheme?.next());
  on('click', '[data-print]', () => window.print());
  document.addEventListener('click', (event) => { if (event.target.closest('[aria-disabled=true]')) event.preventDefault(); });
  all('[data-toast]').forEach(expire);
  all('[data-keys-switch]').forEach((box) => { box.checked = remembered('k-keys') !== 'off'; });
  showFields();
  one('[data-focus]')?.focus();
  const asked = location.hash.match(/^#do-([a-z])$/)?.[1];
  if (asked) pressVerb(asked);
})();
