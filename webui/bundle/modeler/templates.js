// The kinds of steps a procedure is made of: what the palette offers and what a new shape starts with.
// A template makes one shape, or several that belong together (a sub-process with what is inside it).

const signed = { 'cs:sign': 'true', 'cs:seal': 'true' };

export const TEMPLATES = [
  { id: 'start', group: 'event', icon: 'bpmn-icon-start-event-none', title: '开始：填写申请表', type: 'bpmn:StartEvent' },
  { id: 'end', group: 'event', icon: 'bpmn-icon-end-event-none', title: '结束', type: 'bpmn:EndEvent' },
  { id: 'work', group: 'activity', icon: 'bpmn-icon-user-task', title: '人工办理：一个岗位按表单办理', type: 'bpmn:UserTask' },
  { id: 'approval', group: 'activity', icon: 'bpmn-icon-manual-task', title: '审批：主管领导签字盖章', type: 'bpmn:UserTask', name: '主管领导审批', set: signed },
  { id: 'countersign', group: 'activity', icon: 'bpmn-icon-parallel-mi-marker', title: '会签环节：每个部门一份，同时办理', build: countersign },
  { id: 'job', group: 'activity', icon: 'bpmn-icon-service-task', title: '自动步骤：由系统办理', type: 'bpmn:ServiceTask' },
  { id: 'shared', group: 'activity', icon: 'bpmn-icon-call-activity', title: '共用环节：引用别处画好的一段', type: 'bpmn:CallActivity' },
  { id: 'scope', group: 'activity', icon: 'bpmn-icon-subprocess-expanded', title: '子流程：几步合计一个时限', build: scope },
  { id: 'choice', group: 'gateway', icon: 'bpmn-icon-gateway-xor', title: '排他网关：按条件走一条', type: 'bpmn:ExclusiveGateway' },
  { id: 'fork', group: 'gateway', icon: 'bpmn-icon-gateway-parallel', title: '并行网关：几条同时走，都到齐才往下', type: 'bpmn:ParallelGateway' },
  { id: 'several', group: 'gateway', icon: 'bpmn-icon-gateway-or', title: '包容网关：条件成立的几条同时走', type: 'bpmn:InclusiveGateway' },
  { id: 'due', group: 'clock', icon: 'bpmn-icon-intermediate-event-catch-non-interrupting-timer', title: '限时：到期未办时另走一条（放到环节的边上）', build: due },
];

export function shapes(template, factory, canvas) {
  if (template.build) return template.build(factory, canvas);
  const { type, name, set } = template;
  return [element(factory, type, { name, ...set })];
}

function element(factory, type, properties = {}, options = {}) {
  const shape = factory.createShape({ type, ...options });
  for (const [key, value] of Object.entries(properties)) if (value !== undefined) shape.businessObject.set(key, value);
  return shape;
}

function scope(factory, _canvas, name = '子流程') {
  const around = element(factory, 'bpmn:SubProcess', { name }, { isExpanded: true, x: 0, y: 0 });
  return [around, element(factory, 'bpmn:StartEvent', {}, { x: 40, y: 82, parent: around })];
}

// One for each department on the list that an earlier step has decided (`departments`), when the procedure has one.
function countersign(factory, canvas) {
  const [around, start] = scope(factory, canvas, '各部门会签');
  const moddle = around.businessObject.$model;
  const items = moddle.create('bpmn:MultiInstanceLoopCharacteristics', { loopDataInputRef: departments(canvas) });
  items.$parent = around.businessObject;
  items.inputDataItem = moddle.create('bpmn:DataInput', { id: `Item_${around.id}`, name: 'department' });
  items.inputDataItem.$parent = items;
  around.businessObject.loopCharacteristics = items;
  return [around, start];
}

function departments(canvas) {
  const root = canvas.getRootElement();
  const process = root.businessObject.get('participants')?.map((one) => one.processRef).find(Boolean) ?? root.businessObject;
  return process.get('properties')?.find((one) => one.id === 'departments');
}

function due(factory) {
  const event = element(factory, 'bpmn:BoundaryEvent', { name: '到期未办', cancelActivity: false }, { eventDefinitionType: 'bpmn:TimerEventDefinition' });
  const moddle = event.businessObject.$model;
  const [timer] = event.businessObject.eventDefinitions;
  timer.timeDuration = moddle.create('bpmn:FormalExpression', { body: 'deadline' });
  timer.timeDuration.$parent = timer;
  return [event];
}
