// 情景表格：换了环节，办理结果和可填的字段跟着换；不用脚本时，保存或移动一行之后由服务器换。
const offers = JSON.parse(document.getElementById('k-story-offers')?.textContent ?? '{}');

function option(value, label = value) {
  return Object.assign(document.createElement('option'), { value, textContent: label });
}

function follow(select) {
  const row = select.closest('.k-story-row');
  const step = offers[row.dataset.process]?.[select.value] ?? { outcomes: [], fields: {} };
  const outcome = row.querySelector('select[data-column="结果"]');
  if (outcome) {
    const kept = step.outcomes.includes(outcome.value) ? outcome.value : '';
    outcome.replaceChildren(...(kept ? [] : [option('')]), ...step.outcomes.map((label) => option(label)));
    outcome.value = kept;
  }
  row.querySelector('datalist')?.replaceChildren(...Object.entries(step.fields).map(([id, label]) => option(id, label)));
}

document.addEventListener('change', ({ target }) => {
  if (target.matches('.k-story-row select[data-column="环节"]')) follow(target);
});

// 挪动过、还没有保存的表格，离开前也要提醒（data-guard）。
document.querySelector('form[data-unsaved]')?.dispatchEvent(new Event('input', { bubbles: true }));
