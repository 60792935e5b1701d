// 检查结果：在图上标出元素，在右侧逐条列出；点一条，图移到那个元素。
import { make } from './controls.js';

const MARKS = { error: 'k-wrong', warning: 'k-doubt' };

export class Problems {
  constructor(box, count, modeler, open) {
    Object.assign(this, { box, count, modeler, open, marked: [], found: [] });
  }

  show(found) {
    this.found = [...found].sort((one, other) => one.level.localeCompare(other.level)); // 错误在前
    this.clear();
    const errors = found.filter((one) => one.level === 'error').length;
    this.count.textContent = found.length || '';
    this.count.className = errors ? 'is-late' : '';
    for (const [id, own] of this.byElement()) this.mark(id, own);
    const said = found.length ? '' : '没有问题，可以提请发布。';
    this.box.replaceChildren(...(said ? [make('p', { className: 'k-small', text: said })] : []), this.list());
  }

  byElement() {
    const found = new Map();
    for (const one of this.found) if (one.node) found.set(one.node, [...(found.get(one.node) ?? []), one]);
    return found;
  }

  mark(id, own) {
    const shape = this.modeler.get('elementRegistry').get(id);
    if (!shape) return;
    const level = own.some((one) => one.level === 'error') ? 'error' : 'warning';
    this.modeler.get('canvas').addMarker(id, MARKS[level]);
    this.marked.push([id, MARKS[level]]);
    const title = own.map((one) => `${one.what}。${one.remedy}`).join('\n');
    const badge = make('button', { className: `k-bench-mark is-${level}`, type: 'button', text: String(own.length), title, on: { click: () => this.open(id) } });
    const position = shape.waypoints ? { top: -10, left: 0 } : { top: -10, right: 10 };
    this.modeler.get('overlays').add(id, 'problem', { position, html: badge });
  }

  clear() {
    const [canvas, registry] = [this.modeler.get('canvas'), this.modeler.get('elementRegistry')];
    for (const [id, mark] of this.marked) if (registry.get(id)) canvas.removeMarker(id, mark);
    this.modeler.get('overlays').remove({ type: 'problem' });
    this.marked = [];
  }

  list() {
    return make('ul', { className: 'k-problems' }, ...this.found.map((one) => this.row(one)));
  }

  row(one) {
    const place = make('b', { text: one.element || one.file });
    const drawn = one.node && this.modeler.get('elementRegistry').get(one.node);
    const go = () => this.open(one.node);
    const words = make('div', {}, drawn ? make('button', { className: 'k-link', type: 'button', on: { click: go } }, place) : place, make('span', { text: ` ${one.what}` }), make('small', { text: one.remedy }));
    return make('li', { className: `is-${one.level}` }, words);
  }
}

export function reveal(modeler, id) {
  const element = modeler.get('elementRegistry').get(id);
  if (!element) return;
  modeler.get('canvas').scrollToElement(element, 120);
  modeler.get('selection').select(element);
}
