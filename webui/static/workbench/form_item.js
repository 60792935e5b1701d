// 一个字段：换了种类，用得到的设置移到上面；条件里换了字段，可选的值跟着换。不用脚本时，保存以后由服务器换。
const offers = JSON.parse(document.getElementById('k-item-offers')?.textContent ?? '{"fits": {}, "values": {}}');
const kind = document.getElementById('f-kind');
const check = document.getElementById('f-check');
const fits = document.querySelector('[data-fits]');
const rest = document.querySelector('[data-rest] .k-grid');
const order = [...fits.children, ...rest.children];
const known = offers.order;
order.sort((one, other) => known.indexOf(one.dataset.field) - known.indexOf(other.dataset.field));

function arrange() {
  for (const control of order) {
    const id = control.dataset.field;
    const fitting = offers.fits[id].split(' ').includes(kind.value) && (!id.startsWith('check_') || check.value === '*by');
    (fitting ? fits : rest).append(control);
  }
}

function ask(condition, changed) {
  const [mode, field, relation] = ['mode', 'asked', 'relation'].map((name) => condition.querySelector(`[data-${name}]`));
  const valued = relation.value === 'is' || relation.value === 'not';
  const values = condition.querySelector('[data-values]');
  condition.querySelector('[data-when]').hidden = mode.value !== 'when';
  if (changed === field) {
    values.replaceChildren(...(offers.values[field.value] ?? []).map(([value, label]) => {
      const box = Object.assign(document.createElement('input'), { type: 'checkbox', className: 'form-check-input', value, name: `${condition.dataset.condition}_value` });
      const whole = document.createElement('label');
      whole.append(box, label);
      return whole;
    }));
    condition.querySelector('[data-other]').value = '';
  }
  values.hidden = !valued;
  const other = condition.querySelector('[data-other]');
  other.hidden = !valued || (values.childElementCount > 0 && other.value === '');
}

document.addEventListener('change', ({ target }) => {
  if (target === kind || target === check) arrange();
  const condition = target.closest('[data-condition]');
  if (condition) ask(condition, target);
});
arrange();
document.querySelectorAll('[data-condition]').forEach((condition) => ask(condition));
// 挪动过、还没有保存的，离开前也要提醒（data-guard）。
document.querySelector('form[data-unsaved]')?.dispatchEvent(new Event('input', { bubbles: true }));
