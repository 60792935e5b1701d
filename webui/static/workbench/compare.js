// 两稿的差异：改前、改后两张图，标出新增、修改、删除，编号与清单一致；点清单，图移到那个元素。
import { create } from '../dist/viewer.js';

const FONT = '"Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", sans-serif';
const marks = JSON.parse(document.getElementById('k-compared').textContent);
const READABLE = 0.75;
const viewers = {};

function badge(text, mark) {
  const node = document.createElement('span');
  node.className = `k-number-mark is-${mark}`;
  node.textContent = text;
  return node;
}

// 大图缩到全见就看不清改了哪里：改动聚在一处的，只看那一带。
function focus(canvas, registry, ids) {
  canvas.zoom('fit-viewport', 'auto');
  const found = ids.map((id) => registry.get(id)).filter((one) => one && !/Lane|Participant|Process/.test(one.type));
  if (canvas.zoom() >= READABLE || !found.length) return;
  const { outer } = canvas.viewbox();
  const points = found.flatMap((one) => one.waypoints ?? [one, { x: one.x + one.width, y: one.y + one.height }]);
  const [xs, ys] = ['x', 'y'].map((axis) => points.map((one) => one[axis]));
  const [x, y] = [Math.min(...xs) - 120, Math.min(...ys) - 100];
  const scale = Math.min(READABLE, Math.max(outer.width / (Math.max(...xs) + 120 - x), canvas.zoom()), outer.height / (Math.max(...ys) + 100 - y));
  canvas.viewbox({ x, y, width: outer.width / scale, height: outer.height / scale });
}

async function draw(box) {
  const side = box.dataset.compared;
  const response = await fetch(box.dataset.url, { headers: { Accept: 'application/xml' } });
  const viewer = create(box, FONT);
  await viewer.importXML(await response.text());
  const [canvas, registry, overlays] = ['canvas', 'elementRegistry', 'overlays'].map((name) => viewer.get(name));
  for (const [id, mark] of Object.entries(marks[side].nodes)) {
    const shape = registry.get(id);
    if (!shape) continue;
    canvas.addMarker(id, `k-${mark}`);
    const middle = shape.waypoints?.[Math.floor(shape.waypoints.length / 2)];
    const position = middle ? { left: middle.x - Math.min(...shape.waypoints.map((one) => one.x)) - 9, top: middle.y - Math.min(...shape.waypoints.map((one) => one.y)) - 9 } : { left: -9, top: -9 };
    overlays.add(id, { position, html: badge(marks[side].numbers[id], mark) });
  }
  focus(canvas, registry, Object.keys(marks[side].nodes));
  box.dataset.ready = 'true';
  return viewer;
}

const buttons = [...document.querySelectorAll('[data-side]')];

async function show(side) {
  for (const button of buttons) button.setAttribute('aria-pressed', String(button.dataset.side === side));
  for (const box of document.querySelectorAll('[data-compared]')) box.hidden = box.dataset.compared !== side;
  viewers[side] ??= draw(document.querySelector(`[data-compared="${side}"]`));
  return viewers[side];
}

const current = () => viewers[buttons.find((one) => one.getAttribute('aria-pressed') === 'true').dataset.side];
const zoom = { in: (canvas) => canvas.zoom(canvas.zoom() * 1.25), out: (canvas) => canvas.zoom(canvas.zoom() * 0.8), fit: (canvas) => canvas.zoom('fit-viewport', 'auto') };

for (const button of buttons) button.addEventListener('click', () => show(button.dataset.side));
for (const button of document.querySelectorAll('[data-zoom]')) button.addEventListener('click', async () => zoom[button.dataset.zoom]((await current()).get('canvas')));
for (const button of document.querySelectorAll('[data-to]')) {
  button.addEventListener('click', async () => {
    const viewer = await show(button.dataset.on);
    const element = viewer.get('elementRegistry').get(button.dataset.to);
    if (!element) return;
    const canvas = viewer.get('canvas');
    canvas.zoom(1);
    canvas.scrollToElement(element, 140);
    document.querySelector(`[data-compared="${button.dataset.on}"]`).scrollIntoView({ block: 'nearest' });
  });
}
show('new');
