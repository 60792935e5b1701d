// 面板里的控件：都是普通的 DOM，文字一律按文字放，不当标记。
export function make(tag, properties = {}, ...children) {
  const { className, text, data, on, ...rest } = properties;
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  for (const [key, value] of Object.entries(data ?? {})) node.dataset[key] = value;
  for (const [name, listener] of Object.entries(on ?? {})) node.addEventListener(name, listener);
  for (const [key, value] of Object.entries(rest)) if (value !== undefined) node[key] = value;
  node.append(...children.filter(Boolean));
  return node;
}

let made = 0;

function labelled(field, control) {
  control.id = `bench-${(made += 1)}`;
  control.dataset.key = field.key;
  if (field.disabled) control.disabled = true;
  const label = make('label', { htmlFor: control.id, text: field.label });
  return make('div', { className: 'k-bench-field' }, label, control, (field.help || field.helpKey) && make('small', { text: field.help ?? '', data: { help: field.helpKey ?? '' } }));
}

const change = (field, read) => ({ change: (event) => field.set(read(event.target)) });

export function text(field) {
  const listed = field.options?.length ? make('datalist', { id: `bench-list-${field.key}` }, ...field.options.map((one) => make('option', { value: one.value, text: one.label }))) : null;
  const control = make('input', { className: `form-control${field.mono ? ' k-mono' : ''}`, value: field.value ?? '', placeholder: field.placeholder ?? '', spellcheck: false, autocomplete: 'off', on: change(field, (node) => node.value.trim()) });
  if (listed) control.setAttribute('list', listed.id);
  const row = labelled(field, control);
  if (listed) row.append(listed);
  return row;
}

export function area(field) {
  return labelled(field, make('textarea', { className: 'form-control', rows: 2, value: field.value ?? '', on: change(field, (node) => node.value.trim()) }));
}

// 值不在可选之列时照样列出，免得一打开面板就把它换掉；检查会指出它。
export function choice(field) {
  const { value = '', options } = field;
  const known = options.some((one) => one.value === value);
  const rows = [{ value: '', label: field.none ?? '（无）' }, ...options, ...(value && !known ? [{ value, label: `${value}（没有）` }] : [])];
  const control = make('select', { className: 'form-select', on: change(field, (node) => node.value) }, ...rows.map((one) => make('option', { value: one.value, text: one.label, selected: one.value === value })));
  return labelled(field, control);
}

export function check(field) {
  const control = make('input', { className: 'form-check-input', type: 'checkbox', checked: field.value === true || field.value === 'true', data: { key: field.key }, on: change(field, (node) => node.checked) });
  if (field.disabled) control.disabled = true;
  return make('label', { className: 'k-bench-check' }, control, make('span', { text: field.label }));
}

export function group(title, ...rows) {
  const shown = rows.flat().filter(Boolean);
  return shown.length ? make('section', { className: 'k-bench-group' }, make('h3', { text: title }), ...shown) : null;
}
