// 编辑器页面的总装：画布、面板、检查、文件、保存。窄屏和没有草稿时只读。
import { create, missing } from '../dist/modeler.js';
import { create as createViewer } from '../dist/viewer.js';
import { Files } from './files.js';
import { Limits } from './limits.js';
import { Model } from './model.js';
import { Panel } from './panel.js';
import { Problems, reveal } from './problems.js';
import { Server } from './server.js';
import { make } from './controls.js';

const FONT = '"Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", sans-serif';
const DIAGRAM = 'process.bpmn';
const READABLE = 0.7;

const data = JSON.parse(document.getElementById('k-bench-data').textContent);
const canvasBox = document.querySelector('[data-bench-canvas]');
const find = (name) => document.querySelector(`[data-bench="${name}"]`);
const pane = (name) => document.querySelector(`[data-bench-pane="${name}"]`);
const on = (name, act) => find(name)?.addEventListener('click', act);

function tabs() {
  const buttons = [...document.querySelectorAll('[data-bench-tab]')];
  const choose = (name) => {
    for (const button of buttons) button.setAttribute('aria-selected', String(button.dataset.benchTab === name));
    for (const one of document.querySelectorAll('[data-bench-pane]')) one.hidden = one.dataset.benchPane !== name;
  };
  for (const button of buttons) button.addEventListener('click', () => choose(button.dataset.benchTab));
  return choose;
}

function bindZoom(modeler) {
  const canvas = modeler.get('canvas');
  on('in', () => canvas.zoom(canvas.zoom() * 1.25));
  on('out', () => canvas.zoom(canvas.zoom() * 0.8));
  on('fit', () => canvas.zoom('fit-viewport', 'auto'));
}

function status(text, tone) {
  const box = document.querySelector('[data-bench-status]');
  box.textContent = text;
  box.className = `k-small${tone ? ` k-${tone}` : ''}`;
}

function overtaken(text, url) {
  status('别人先保存了', 'late');
  document.querySelector('[data-bench-overtaken]')?.remove();
  const note = make('div', { className: 'k-note is-late', role: 'alert', data: { benchOvertaken: '' } }, make('div', {}, make('span', { text }), make('a', { href: url, text: ' 比较两稿' })));
  document.querySelector('.k-bench-bar').before(note);
}

// 大图缩到全见就看不清字：宁可从左上角看起，给工具箱留出位置。
function begin(canvas, margin) {
  canvas.zoom('fit-viewport', 'auto');
  if (canvas.zoom() >= READABLE) return;
  const { inner, outer } = canvas.viewbox();
  canvas.viewbox({ x: inner.x - margin / READABLE, y: inner.y - 20, width: outer.width / READABLE, height: outer.height / READABLE });
}

async function load(viewer, margin) {
  try {
    const { warnings } = await viewer.importXML(data.documents[DIAGRAM]);
    for (const one of warnings) console.warn(one.message);
    begin(viewer.get('canvas'), margin);
    return true;
  } catch (problem) {
    canvasBox.replaceChildren(make('div', { className: 'k-diagram-message', text: `流程图读不出来：${problem.message}。可在“文件”或“版本”里恢复旧的一稿。` }));
    return false;
  }
}

function bindEditing(modeler, server) {
  const stack = modeler.get('commandStack');
  on('undo', () => stack.undo());
  on('redo', () => stack.redo());
  on('save', () => server.save());
  on('simulate', () => modeler.get('toggleMode').toggleMode());
  modeler.get('eventBus').on('tokenSimulation.toggleMode', ({ active }) => {
    find('simulate').setAttribute('aria-pressed', String(active));
    document.querySelector('.k-bench').classList.toggle('is-simulating', active);
  });
  document.querySelector('[data-bench-changes]').addEventListener('click', async (event) => {
    if (!server.dirty) return;
    event.preventDefault();
    if (await server.save()) location.href = event.target.closest('a').href;
  });
  document.addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 's') return;
    event.preventDefault();
    document.activeElement?.blur();
    server.save();
  });
}

function download(xml) {
  const url = URL.createObjectURL(new Blob([xml], { type: 'application/xml' }));
  make('a', { href: url, download: `${data.process}.bpmn` }).click();
  URL.revokeObjectURL(url);
}

async function edit() {
  const modeler = create(canvasBox, FONT);
  if (!await load(modeler, 130)) return;
  const choose = tabs();
  const drawn = async () => (await modeler.saveXML({ format: true })).xml;
  let touched = false; // 没动过图，就照原样保存
  const collect = async () => {
    if (touched) data.documents[DIAGRAM] = await drawn();
    return data.documents;
  };
  const open = (id) => { reveal(modeler, id); choose('panel'); };
  const problems = new Problems(pane('problems'), document.querySelector('[data-bench-count]'), modeler, open);
  const files = new Files(pane('files'), data.documents, !data.offers.forms, () => server.changed());
  let panel = null;
  const server = new Server(data, collect, { status, overtaken, problems: (body) => { problems.show(body.problems); files.show(body.problems); panel?.heard(body); } });
  const limits = new Limits(data.documents, () => server.changed());
  panel = new Panel(pane('panel'), new Model(modeler), data.offers, data.documents, limits, (what) => status(what, 'late'));
  modeler.get('eventBus').on('commandStack.changed', () => { touched = true; server.changed(); });
  bindEditing(modeler, server);
  bindZoom(modeler);
  on('download', async () => download((await collect())[DIAGRAM]));
  await server.check();
  canvasBox.dataset.ready = 'true';
  canvasBox.bench = { modeler, missing, drawn }; // 供浏览器测试查看
}

async function read() {
  document.querySelector('.k-bench').classList.add('is-reading');
  const viewer = createViewer(canvasBox, FONT);
  if (!await load(viewer, 20)) return;
  bindZoom(viewer);
  canvasBox.dataset.ready = 'true';
}

if (data.writable && matchMedia('(min-width: 921px)').matches) edit(); else read();
