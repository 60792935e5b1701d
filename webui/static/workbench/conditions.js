// 连线的条件：写成表达式，旁边用话说出来；常用的从前面环节的结果里选。
import { check, choice, group, text } from './controls.js';

// 从连线往回走，走得到的元素各有几步远；边界事件回到它附着的活动，子流程里的开始回到子流程。
function distances(source) {
  const found = new Map([[source.id, 0]]);
  const todo = [source];
  while (todo.length) {
    const one = todo.shift();
    const before = [...one.incoming.map((flow) => flow.source), one.host, one.type === 'bpmn:StartEvent' && one.parent].filter((each) => each?.businessObject?.$instanceOf?.('bpmn:FlowNode'));
    for (const each of before) if (!found.has(each.id)) { found.set(each.id, found.get(one.id) + 1); todo.push(each); }
  }
  return found;
}

function ready(known, source) {
  const far = distances(source);
  const near = (one) => Math.min(...one.by.map((id) => far.get(id) ?? Infinity));
  return known.filter((one) => near(one) < Infinity).sort((one, other) => near(one) - near(other)).map((one) => ({ value: one.condition, label: one.words }));
}

export function flow(panel, element) {
  if (element.type !== 'bpmn:SequenceFlow') return null;
  const { businessObject: object, source } = element;
  const choosing = ['bpmn:ExclusiveGateway', 'bpmn:InclusiveGateway'].includes(source.type);
  const usual = source.businessObject.default === object;
  const body = object.conditionExpression?.body;
  const set = (value) => panel.model.setCondition(element, value);
  const offered = choosing && !usual ? ready(panel.said.ready, source) : [];
  const words = panel.said.words[element.id];
  const help = usual ? '其余条件都不成立时走默认线，不写条件' : body && words ? `即：${words}` : "如 reason_code == 'ok'";
  return group('走向',
    choosing && check({ key: 'default', label: '默认走这一条', value: usual, set: (value) => panel.model.setDefault(element, value) }),
    offered.length > 0 && choice({ key: 'condition-ready', label: '按前面的结果', value: offered.some((one) => one.value === body) ? body : '', options: offered, none: body ? '（自己写的条件）' : '（选一个填入条件）', set: (value) => value && set(value) }),
    (choosing || body) && text({ key: 'condition', label: '条件', value: body, mono: true, disabled: usual, help, helpKey: 'condition-words', set }));
}
