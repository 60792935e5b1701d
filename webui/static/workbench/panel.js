// 属性面板：所选元素的部门/岗位、表单、时钟、签字盖章、服务操作、条款；什么也没选时是流程本身。
import { area, check, choice, group, make, text } from './controls.js';
import { behaviour } from './behaviour.js';
import { LIMIT } from './limits.js';
import { kindOf } from './words.js';

const USER = ['bpmn:UserTask', 'bpmn:ManualTask', 'bpmn:Task'];
const CLOCKED = [...USER, 'bpmn:SubProcess', 'bpmn:CallActivity'];
const isNode = (element) => Boolean(element.businessObject.$instanceOf?.('bpmn:FlowNode'));

export class Panel {
  constructor(box, model, offers, documents, limits, announce) {
    Object.assign(this, { box, model, offers, documents, limits, announce, element: null, said: { words: {}, ready: [] } });
    const events = model.modeler.get('eventBus');
    events.on('selection.changed', ({ newSelection }) => this.show(newSelection.length === 1 ? newSelection[0] : null));
    events.on('commandStack.changed', () => { setTimeout(() => this.show(this.element)); }); // 不返回值：事件总线会当作已处理
    this.show(null);
  }

  show(element) {
    const shown = element?.labelTarget ?? element;
    this.element = shown && this.model.registry.get(shown.id) ? shown : null;
    const key = this.box.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    const own = !this.element || ['bpmn:Participant', 'bpmn:Process', 'bpmn:Collaboration'].includes(this.element.type);
    this.box.replaceChildren(...(own ? this.procedure() : this.parts(this.element)).filter(Boolean));
    if (key) this.box.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
  }

  // 检查的答复带来条件的话和可选的条件；别人正在栏里打字时只换那句话，不重画。
  heard({ words = {}, ready = [] }) {
    this.said = { words, ready };
    const flow = this.element?.type === 'bpmn:SequenceFlow' ? this.element : null;
    if (!flow) return;
    const typing = this.box.contains(document.activeElement);
    if (!typing) return this.show(flow);
    const help = this.box.querySelector('[data-help="condition-words"]');
    if (help && words[flow.id]) help.textContent = `即：${words[flow.id]}`;
  }

  // 共用环节依引用它的流程的制度。
  policyName() {
    return this.model.process().process.get('cs:policy') || this.offers.policy;
  }

  policy() {
    return this.offers.policies[this.policyName()] ?? { clocks: [], clauses: [] };
  }

  // 一项 cs: 属性的控件。
  field(key, label, more = {}) {
    const { element } = this;
    return { key, label, value: this.model.get(element, key), set: (value) => this.model.set(element, key, value), ...more };
  }

  flag(key, label) {
    return check(this.field(key, label, { set: (value) => this.model.set(this.element, key, value ? 'true' : '') }));
  }

  head(element) {
    return make('header', { className: 'k-bench-head' }, make('b', { text: this.model.get(element, 'name') || kindOf(element) }), make('small', { text: kindOf(element) }));
  }

  parts(element) {
    return [this.head(element), this.general(element), this.owner(element), this.form(element), this.clock(element), ...this.hours(element), ...behaviour(this, element), this.clauses(element)];
  }

  general(element) {
    const id = text({ key: 'id', label: '编号', value: element.id, mono: true, set: (value) => this.rename(element, value) });
    const about = area({ key: 'documentation', label: '说明', value: this.model.documentation(element.businessObject), set: (value) => this.model.setDocumentation(element, element.businessObject, value) });
    return group('基本', text(this.field('name', '名称')), id, about);
  }

  rename(element, id) {
    if (!/^[A-Za-z_][\w.-]*$/.test(id)) return this.refuse('id', '编号以字母开头，只用字母、数字、下划线、点和横线。');
    if (id !== element.id && this.model.registry.get(id)) return this.refuse('id', `编号 ${id} 已有别的元素使用。`);
    return this.model.modeling.updateProperties(element, { id });
  }

  // 不收的值留在栏里，下面写明为什么；图和草稿里还是原来的。
  refuse(key, what) {
    this.announce(what);
    const control = this.box.querySelector(`[data-key="${CSS.escape(key)}"]`);
    control.classList.add('is-invalid');
    control.parentElement.querySelector('.k-late')?.remove();
    control.after(make('small', { className: 'k-late', text: what }));
  }

  owner(element) {
    const lane = element.type === 'bpmn:Lane';
    if (!lane && !USER.includes(element.type) && element.type !== 'bpmn:StartEvent') return null;
    const none = lane ? '（不写）' : '随泳道';
    const post = choice(this.field('cs:post', '岗位', { options: this.offers.posts, none }));
    const department = choice(this.field('cs:department', '部门', { options: this.offers.departments, none }));
    const starters = element.type === 'bpmn:StartEvent' && text(this.field('cs:departments', '哪些部门可以提出', { help: this.offers.kinds.map((one) => `${one.value} ${one.label}`).join('，'), mono: true }));
    return group('部门与岗位', post, department, starters);
  }

  forms() {
    if (this.offers.forms) return this.offers.forms;
    const names = Object.keys(this.documents).filter((path) => /^forms\/(?!fields\.yaml)/.test(path));
    return names.map((path) => {
      const value = path.slice(6, -5);
      return { value, label: `${this.documents[path].match(/^title:\s*(.+)$/m)?.[1] ?? value}（${value}）` };
    });
  }

  form(element) {
    const user = USER.includes(element.type);
    if (!user && element.type !== 'bpmn:StartEvent') return null;
    const signing = user && [this.flag('cs:sign', '须签字'), this.flag('cs:seal', '须盖章（随签字）')];
    const rules = user && [
      text(this.field('cs:separate', '不相容的环节', { mono: true, help: '不得由同一人办理的环节编号，空格分开' })),
      text(this.field('cs:duty', '义务', { mono: true, help: '不阻塞流程的义务，如 phone' })),
      this.flag('cs:rework', '返工入口：从这里起算新的一轮'),
    ];
    return group('表单与签章', choice(this.field('cs:form', '表单', { options: this.forms() })), signing, rules);
  }

  clock(element) {
    if (!CLOCKED.includes(element.type)) return null;
    const { clocks } = this.policy();
    const options = clocks.map((one) => ({ value: one.value, label: one.limit ? `${one.label}：${one.limit}` : one.label }));
    const chosen = this.model.get(element, 'cs:clock');
    const own = chosen && !clocks.some((one) => one.value === chosen);
    return group('时限',
      choice(this.field('cs:clock', '时钟', { options, none: '不计时' })),
      USER.includes(element.type) && this.untimed(element),
      text(this.field('cs:limit', '制度没有规定时的时限', { mono: true, placeholder: '4h、30m、2d', help: own ? '这个时钟制度里没有，须写时限' : undefined })),
      !USER.includes(element.type) && choice(this.field('cs:continues', '续用时钟', { options, none: '不续用' })));
  }

  // 自己或外面的子流程有了时钟就不问；已写着的照样列出，好让人删去。
  untimed(element) {
    const written = this.model.get(element, 'cs:untimed');
    const clocked = (one) => isNode(one) && (this.model.get(one, 'cs:clock') || (one.parent && clocked(one.parent)));
    if (clocked(element) && !written) return null;
    return text(this.field('cs:untimed', '不限时的原因', { placeholder: '例如：制度没有规定时限', help: '人工环节没有时钟的，写明原因，检查才不提醒；变更清单和操作手册里都写出来' }));
  }

  // 这一步（或它调用的共用环节里）的时钟，在制度里限多久；改了是对所有用到它的流程改。
  hours(element) {
    const { clocks } = this.policy();
    const used = [this.model.get(element, 'cs:clock'), ...this.clocksCalled(element)];
    return clocks.filter((one) => used.includes(one.value)).map((clock) => group(`限期 ${clock.label}`,
      this.limit(clock, 'normal', '正常限期'), this.limit(clock, 'urgent', '紧急限期'),
      make('p', { className: 'k-small', text: `改的是制度，与图一起发布，次日起对收到的环节生效。用到它的流程：${clock.used || '还没有'}。` })));
  }

  limit(clock, when, label) {
    const now = clock[when];
    const draft = this.limits.get(clock.value, when);
    const help = draft === undefined ? undefined : `制度现为 ${now || '不限'}`;
    return text({ key: `limit:${clock.value}:${when}`, label, mono: true, value: draft ?? now, placeholder: '不限；如 4h、30m、2d', help, set: (value) => this.setLimit(clock, when, now, value) });
  }

  setLimit(clock, when, now, value) {
    const key = `limit:${clock.value}:${when}`;
    if (!LIMIT.test(value)) return this.refuse(key, `看不懂限期“${value}”：请写成 4h（工时）、30m（分钟）或 2d（工作日），不限时的留空。`);
    if (!this.limits.readable()) return this.refuse(key, 'limits.yaml 换了写法，面板读不懂；请在“文件”里改。');
    this.limits.set(this.policyName(), clock.value, when, now, value);
    return this.show(this.element);
  }

  clocksCalled(element) {
    const called = element.type === 'bpmn:CallActivity' && this.documents[`called/${this.model.get(element, 'calledElement')}.bpmn`];
    return called ? [...called.matchAll(/\bcs:clock="([^"]+)"/g)].map(([, clock]) => clock) : [];
  }

  clauses(element) {
    if (!isNode(element)) return null;
    const { clauses } = this.policy();
    const known = new Map(clauses.map((one) => [one.value, one.label]));
    const named = (this.model.get(element, 'cs:clauses') ?? '').split(/\s+/).filter(Boolean);
    return group('依据', text(this.field('cs:clauses', '条款', { mono: true, help: named.map((one) => known.get(one) ?? `${one}（没有这一条）`).join('；') || '条号，空格分开' })));
  }

  procedure() {
    const { element, process } = this.model.process();
    const field = (key, label, more = {}) => ({ key, label, value: process.get(key), set: (value) => this.model.setProcess(key, value), ...more });
    const policies = Object.keys(this.offers.policies).map((name) => ({ value: name, label: `${name} ${this.offers.policies[name].version}` }));
    const shared = process.get('cs:shared') === 'true';
    return [
      make('header', { className: 'k-bench-head' }, make('b', { text: process.name || process.id }), make('small', { text: shared ? '共用环节' : '流程' })),
      group('基本', text(field('name', '名称')), area({ key: 'documentation', label: '说明', value: this.model.documentation(process), set: (value) => this.model.setDocumentation(element, process, value) })),
      !shared && group('制度与单据', choice(field('cs:policy', '依据的制度', { options: policies })), text(field('cs:prefix', '单号前缀', { mono: true })), text(field('cs:kind', '业务类别', { mono: true })),
        text(field('cs:title', '作标题的字段', { mono: true })), text(field('cs:urgent', '紧急事由的字段', { mono: true }))),
      make('p', { className: 'k-small', text: '点图上的环节、连线或泳道，在这里改它的属性。' }),
    ];
  }
}
