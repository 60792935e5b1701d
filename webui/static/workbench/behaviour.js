// 面板的另一半：怎么走。定时、重复、共用环节，以及系统办理的操作和它的参数；条件在 conditions.js，消息等在 events.js。
import { flow } from './conditions.js';
import { check, choice, group, text } from './controls.js';
import { event } from './events.js';

const LITERAL = /^'([^'\\]*)'$/;

export function behaviour(panel, element) {
  return [operation(panel, element), calls(panel, element), repetition(panel, element), timer(panel, element), event(panel, element), flow(panel, element)];
}

function operation(panel, element) {
  if (!['bpmn:ServiceTask', 'bpmn:SendTask'].includes(element.type)) return null;
  const chosen = panel.model.get(element, 'cs:operation');
  const known = panel.offers.operations.find((one) => one.value === chosen);
  const options = panel.offers.operations.map(({ value, label }) => ({ value, label: `${label}（${value}）` }));
  return group('服务操作',
    choice(panel.field('cs:operation', '操作', { options })),
    parameters(panel, element, known?.parameters ?? []),
    text(panel.field('cs:decides', '产生的决定', { mono: true, help: '供后面的条件使用的名字，空格分开' })));
}

// 参数按登记的类型写；图上存的是表达式，文字带引号。写了而操作没有的参数也列出，检查会指出。
function parameters(panel, element, known) {
  const given = new Map(panel.model.parameters(element).map((one) => [one.name, one.value]));
  const extra = [...given.keys()].filter((name) => !known.some((one) => one.name === name));
  const rows = [...known, ...extra.map((name) => ({ name, type: 'expression', needed: false, default: '' }))];
  return rows.map((one) => parameter(panel, element, one, given.get(one.name)));
}

function parameter(panel, element, { name, type, needed, default: usual }, stored) {
  const set = (value) => panel.model.setParameter(element, name, value);
  const label = `参数 ${name}${needed ? '（必填）' : ''}`;
  if (type === 'yesno') return check({ key: `parameter-${name}`, label, value: stored === 'True', set: (on) => set(on ? 'True' : '') });
  const literal = stored === undefined ? '' : stored.match(LITERAL)?.[1];
  const plain = type === 'text' && literal !== undefined;
  const options = name === 'clock' ? panel.policy().clocks : undefined;
  const help = plain ? undefined : '表达式';
  const quoted = (value) => (value === '' || !plain || /['\\]/.test(value) ? value : `'${value}'`);
  return text({ key: `parameter-${name}`, label, value: plain ? literal : stored, mono: true, options, help, placeholder: usual, set: (value) => set(quoted(value)) });
}

function calls(panel, element) {
  if (element.type !== 'bpmn:CallActivity') return null;
  const paths = Object.keys(panel.documents).filter((path) => /^called\/.*\.bpmn$/.test(path));
  const options = paths.map((path) => ({ value: path.slice(7, -5), label: panel.documents[path].match(/<(?:\w+:)?process [^>]*\bname="([^"]*)"/)?.[1] ?? path }));
  return group('共用环节', choice(panel.field('calledElement', '引用', { options })), parameters(panel, element, []));
}

function repetition(panel, element) {
  const loop = element.businessObject.loopCharacteristics;
  if (loop?.$type !== 'bpmn:MultiInstanceLoopCharacteristics') return null;
  const options = panel.model.collections().map((one) => ({ value: one, label: one }));
  const update = (properties) => panel.model.modeling.updateModdleProperties(element, loop, properties);
  return group('每项一份',
    text({ key: 'collection', label: '按哪个清单', value: loop.loopDataInputRef?.id, options, mono: true, help: '前面的步骤决定的清单，如 departments', set: (value) => panel.model.setCollection(element, value) }),
    text({ key: 'item', label: '每一项叫什么', value: loop.inputDataItem?.name, mono: true, set: (value) => panel.model.modeling.updateModdleProperties(element, loop.inputDataItem, { name: value }), disabled: !loop.inputDataItem }),
    check({ key: 'sequential', label: '逐个办理（不勾为同时）', value: loop.isSequential, set: (value) => update({ isSequential: value }) }));
}

function timer(panel, element) {
  if (panel.model.event(element)?.$type !== 'bpmn:TimerEventDefinition') return null;
  const { kind, text: body } = panel.model.timer(element);
  const due = body === 'deadline';
  const options = [{ value: 'deadline', label: '时限到期（制度规定的时刻）' }, { value: 'timeDuration', label: '过一段时间' }, { value: 'timeDate', label: '某一时刻' }, { value: 'timeCycle', label: '定期（只用于开始）' }];
  const set = (value) => (value === 'deadline' ? panel.model.setTimer(element, 'timeDuration', 'deadline') : panel.model.setTimer(element, value || 'timeDuration', due ? 'P1D' : body));
  const boundary = element.type === 'bpmn:BoundaryEvent';
  return group('定时',
    choice({ key: 'timer', label: '何时', value: due ? 'deadline' : kind, options, set }),
    !due && text({ key: 'timer-text', label: '时间', value: body, mono: true, help: 'ISO 8601，如 PT30M、P2D', set: (value) => panel.model.setTimer(element, kind, value) }),
    boundary && check({ key: 'interrupts', label: '到时中断环节（不勾为另走一条，环节照办）', value: element.businessObject.cancelActivity, set: (value) => panel.model.modeling.updateProperties(element, { cancelActivity: value }) }));
}
