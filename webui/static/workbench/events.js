// 事件等什么、发什么：消息、信号按名字，错误、升级按代码。写一个新的，就在流程里新建一个。
import { group, text } from './controls.js';

const HELP = {
  message: '写消息的名字，如 customer_changed；系统或别的流程按这个名字送来',
  signal: '写信号的名字；发出的和等它的写同一个',
  error: '写错误代码，如 GATE_FAILED；办理时以这个代码拒绝的走这里',
  escalation: '写升级代码；发出的和等它的写同一个',
};
const TITLES = { message: '消息', signal: '信号', error: '错误代码', escalation: '升级代码' };
const NAMED_BY = { message: 'name', signal: 'name', error: 'errorCode', escalation: 'escalationCode' };

function awaited(panel, element) {
  const definition = panel.model.event(element);
  const kind = /^bpmn:(Message|Signal|Error|Escalation)EventDefinition$/.exec(definition?.$type ?? '')?.[1].toLowerCase();
  if (kind) return { kind, holder: definition };
  const task = ['bpmn:ReceiveTask', 'bpmn:SendTask'].includes(element.type) && !panel.model.get(element, 'cs:operation');
  return task ? { kind: 'message', holder: element.businessObject } : null;
}

export function event(panel, element) {
  const found = awaited(panel, element);
  if (!found) return null;
  const { kind, holder } = found;
  const key = NAMED_BY[kind];
  const options = panel.model.roots(kind).map((one) => ({ value: one[key], label: one.name ?? '' })).filter((one) => one.value);
  const any = ['error', 'escalation'].includes(kind) && element.type === 'bpmn:BoundaryEvent';
  const help = any ? `${HELP[kind]}；留空接住任何代码` : HELP[kind];
  const set = (value) => panel.model.refer(element, holder, kind, key, value);
  return group('等待或发出', text({ key: 'refers', label: TITLES[kind], value: holder[`${kind}Ref`]?.[key], options, mono: true, help, set }));
}
