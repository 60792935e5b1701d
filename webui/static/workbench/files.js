// 图以外的文件：表单、函件、情景的原文。共用环节只看不改；它自己的草稿只有图，文件在引用它的流程里。
import { make } from './controls.js';

const KINDS = [[/^forms\//, '表单'], [/^letters\//, '函件'], [/^scenarios\//, '情景'], [/^limits\.yaml$/, '与图一起发布的限期'], [/^called\//, '共用环节（在它自己的流程里改）']];

export class Files {
  constructor(box, documents, writable, changed) {
    Object.assign(this, { box, documents, writable, changed, problems: [] });
    this.list();
  }

  show(problems) {
    this.problems = problems;
    if (!this.path) this.list();
  }

  list() {
    this.path = null;
    const groups = KINDS.map(([pattern, title]) => {
      const paths = Object.keys(this.documents).filter((path) => pattern.test(path) && path !== 'process.bpmn').sort();
      return paths.length ? make('section', { className: 'k-bench-group' }, make('h3', { text: title }), ...paths.map((path) => this.row(path))) : null;
    });
    this.box.replaceChildren(...groups.filter(Boolean), ...(this.writable ? [this.adding()] : []));
  }

  row(path) {
    const wrong = this.problems.filter((one) => one.file === path).length;
    const title = this.documents[path].match(/^(?:title|标题):\s*(.+)$/m)?.[1] ?? '';
    return make('button', { className: 'k-bench-file', type: 'button', on: { click: () => this.open(path) } },
      make('span', { className: 'k-mono', text: path.split('/').pop() }), make('span', { className: 'k-mute', text: title }), wrong ? make('span', { className: 'k-late', text: `${wrong} 处` }) : null);
  }

  open(path) {
    this.path = path;
    const locked = !this.writable || path.startsWith('called/');
    const text = make('textarea', { className: 'form-control k-mono k-bench-text', value: this.documents[path], readOnly: locked, spellcheck: false, wrap: 'off', ariaLabel: path, on: { input: () => this.write(path, text.value) } });
    const wrong = this.problems.filter((one) => one.file === path);
    this.box.replaceChildren(
      make('div', { className: 'k-bench-filehead' }, make('button', { className: 'btn btn-sm', type: 'button', text: '返回', on: { click: () => this.list() } }), make('b', { className: 'k-mono', text: path }), locked ? null : make('button', { className: 'btn btn-sm k-push', type: 'button', text: '删除', on: { click: () => this.remove(path) } })),
      ...wrong.map((one) => make('p', { className: 'k-small k-late', text: `${one.element} ${one.what}。${one.remedy}` })), text);
  }

  write(path, text) {
    this.documents[path] = text;
    this.changed();
  }

  remove(path) {
    delete this.documents[path];
    this.list();
    this.changed();
  }

  adding() {
    const name = make('input', { className: 'form-control k-mono', placeholder: 'forms/legal.yaml', ariaLabel: '新文件的名字' });
    const add = () => {
      if (!/^(forms|scenarios)\/[\w-]+\.yaml$|^letters\/[\w-]+\.j2$/.test(name.value) || name.value in this.documents) return name.focus();
      this.write(name.value, name.value.startsWith('forms/') ? 'title: \noutcomes:\n  - {id: done, label: 办结, style: primary}\n' : '');
      return this.open(name.value);
    };
    return make('div', { className: 'k-bench-add' }, name, make('button', { className: 'btn btn-sm', type: 'button', text: '新建文件', on: { click: add } }));
  }
}
