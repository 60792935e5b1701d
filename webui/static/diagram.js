// 画一件流程的流程图：已办、超时、当前、未到的节点着色，徽标与令牌叠加在节点旁。
// 用法：<div data-diagram="图的网址" data-marks="JSON 脚本的 id">
import { create } from './dist/viewer.js';

const FONT = '"Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", sans-serif';
const READABLE = 0.9; // 再小就看不清字，宁可只看当前节点一带

async function draw(box) {
  const marks = JSON.parse(document.getElementById(box.dataset.marks).textContent);
  const response = await fetch(box.dataset.diagram, { headers: { Accept: 'application/xml' } });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const viewer = create(box, FONT);
  await viewer.importXML(await response.text());
  colour(viewer, marks.nodes ?? {});
  for (const badge of marks.badges ?? []) addBadge(viewer, badge);
  for (const [node, count] of Object.entries(marks.tokens ?? {})) addToken(viewer, node, count);
  show(viewer, marks);
  return viewer;
}

function colour(viewer, nodes) {
  const canvas = viewer.get('canvas');
  const elements = viewer.get('elementRegistry');
  for (const lane of elements.filter((element) => /Lane|Participant/.test(element.type))) canvas.addMarker(lane.id, 'k-lane');
  for (const scope of elements.filter((element) => element.type === 'bpmn:SubProcess')) canvas.addMarker(scope.id, 'k-scope');
  const passed = (id) => nodes[id] === 'done' || nodes[id] === 'late';
  for (const [id, state] of Object.entries(nodes)) if (elements.get(id)) canvas.addMarker(id, `k-${state}`);
  for (const flow of elements.filter((element) => element.type === 'bpmn:SequenceFlow' && !nodes[element.id])) {
    const reached = passed(flow.target.id) || nodes[flow.target.id] === 'now';
    if (passed(flow.source.id) && reached) canvas.addMarker(flow.id, 'k-done');
  }
}

function node(className, text) {
  const element = document.createElement('div');
  element.className = className;
  element.textContent = text; // 文字来自流程与人名，绝不当作 HTML
  return element;
}

function addBadge(viewer, { node: id, text, tone = 'future', at = 'bottom' }) {
  const shape = viewer.get('elementRegistry').get(id);
  if (!shape) return;
  const position = at === 'top' ? { left: 14, top: -11 } : { left: shape.width / 2, top: shape.height - 11 };
  viewer.get('overlays').add(id, { position, html: node(`k-badge is-${tone} is-${at}`, text) });
}

function addToken(viewer, id, count) {
  if (!viewer.get('elementRegistry').get(id)) return;
  viewer.get('overlays').add(id, { position: { left: -8, top: -8 }, html: node('k-token', count > 1 ? count : '') });
}

function show(viewer, marks) {
  const canvas = viewer.get('canvas');
  canvas.zoom('fit-viewport', 'auto');
  if (canvas.zoom() >= READABLE) return;
  const current = Object.keys(marks.nodes ?? {}).filter((id) => marks.nodes[id] === 'now');
  const shapes = current.map((id) => viewer.get('elementRegistry').get(id)).filter(Boolean);
  const shape = shapes.find((one) => !/SubProcess|Activity$/.test(one.type)) ?? shapes[0];
  if (!shape) return;
  const { outer } = canvas.viewbox();
  const [width, height] = [outer.width / READABLE, outer.height / READABLE];
  canvas.viewbox({ x: shape.x + shape.width / 2 - width / 2, y: shape.y + shape.height / 2 - height / 2, width, height });
}

function bindZoom(box, viewer) {
  const canvas = viewer.get('canvas');
  const steps = { in: () => canvas.zoom(canvas.zoom() * 1.25), out: () => canvas.zoom(canvas.zoom() * 0.8), fit: () => canvas.zoom('fit-viewport', 'auto') };
  for (const button of box.closest('.k-card, main').querySelectorAll('[data-zoom]')) {
    button.addEventListener('click', steps[button.dataset.zoom]);
  }
}

for (const box of document.querySelectorAll('[data-diagram]')) {
  draw(box).then((viewer) => bindZoom(box, viewer), (problem) => {
    box.replaceChildren(node('k-diagram-message', box.dataset.failed.replace('{why}', problem.message)));
  });
}
