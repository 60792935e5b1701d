// 逐个运行情景，结果就地写出；一次只跑一个，免得拖慢别人。
const words = JSON.parse(document.getElementById('k-played-words')?.textContent ?? '{}');

function mark(row, text, tone, wrong) {
  const tag = document.createElement('span');
  tag.className = `k-tag${tone ? ` is-${tone}` : ''}`;
  tag.textContent = text;
  row.querySelector('[data-played-tag]').replaceChildren(tag);
  row.querySelector('[data-played-wrong]').textContent = wrong;
}

async function play(row) {
  mark(row, words.running, 'accent', '');
  const token = JSON.parse(document.body.getAttribute('hx-headers'))['X-CSRFToken'];
  const body = new URLSearchParams({ revision: row.dataset.revision });
  try {
    const response = await fetch(row.dataset.played, { method: 'POST', headers: { Accept: 'application/json', 'X-CSRFToken': token }, body });
    const said = await response.json();
    if (!response.ok) {
      mark(row, words.failed, 'warn', `${said.text ?? ''}${said.remedy ?? ''}`);
      return false;
    }
    delete row.dataset.unplayed;
    mark(row, said.wrong ? words.wrong : words.ok, said.wrong ? 'late' : 'ok', said.wrong);
    return !said.wrong;
  } catch (problem) {
    mark(row, words.failed, 'warn', problem.message);
    return false;
  }
}

const rows = [...document.querySelectorAll('[data-played]')];

document.querySelector('[data-play-all]')?.addEventListener('click', async (event) => {
  event.preventDefault();
  const button = event.target.closest('button');
  button.disabled = true;
  for (const row of rows) await play(row);
  button.disabled = false;
  if (button.dataset.thenReload !== undefined) location.reload(); // 走过的地方由服务器画
});
// 提请以前先把没有运行的跑完，跑到第几个看得见；有不符的就停下，不提请。
const gate = document.querySelector('[data-play-first]');
gate?.addEventListener('submit', async (event) => {
  const left = rows.filter((row) => row.dataset.unplayed !== undefined);
  if (!left.length) return;
  event.preventDefault();
  const button = gate.querySelector('button');
  const said = gate.querySelector('[role="status"]');
  button.disabled = true;
  for (const [number, row] of left.entries()) {
    said.textContent = `${gate.dataset.playFirst} ${number + 1}/${left.length}`;
    if (!await play(row)) {
      said.textContent = gate.dataset.playWrong;
      button.disabled = false;
      return;
    }
  }
  said.textContent = '';
  button.disabled = false;
  gate.requestSubmit();
});
for (const row of rows) {
  const form = row.querySelector('form');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    await play(row);
    if (form.dataset.thenReload !== undefined) location.reload();
  });
}
