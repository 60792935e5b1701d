// Every word bpmn-js shows, in Chinese. A text without translation is noted in `missing`, and a test fails on it;
// build.mjs refuses to build when a literal of the bundled sources is not in the dictionary.
const PLAIN = {
  'Activate create/remove space tool': '留出或收回空白',
  'Activate global connect tool': '连线',
  'Activate hand tool': '拖动画布',
  'Activate lasso tool': '框选',
  'Add lane above': '在上方加一条泳道',
  'Add lane below': '在下方加一条泳道',
  'Add text annotation': '加一条注释',
  'Align elements': '对齐',
  'Append compensation activity': '接补偿',
  'Append conditional intermediate catch event': '接等待条件',
  'Append end event': '接结束',
  'Append gateway': '接网关',
  'Append intermediate/boundary event': '接事件',
  'Append message intermediate catch event': '接等待消息',
  'Append receive task': '接接收消息',
  'Append signal intermediate catch event': '接等待信号',
  'Append task': '接人工办理',
  'Append timer intermediate catch event': '接等待时间',
  'Change element': '更换类型',
  'Close minimap': '收起缩略图',
  'Collection': '集合',
  'Connect to other element': '连到另一个元素',
  'Connect using association': '用关联连接',
  'Connect using data input association': '用数据关联连接',
  'Create data object reference': '画数据对象',
  'Create data store reference': '画数据存储',
  'Create end event': '画结束',
  'Create expanded sub-process': '画子流程',
  'Create gateway': '画网关',
  'Create group': '画分组框',
  'Create intermediate/boundary event': '画事件',
  'Create pool/participant': '画流程池',
  'Create start event': '画开始',
  'Create task': '画人工办理',
  'Delete': '删除',
  'Distribute elements horizontally': '横向等距',
  'Distribute elements vertically': '纵向等距',
  'Divide into three lanes': '分成三条泳道',
  'Divide into two lanes': '分成两条泳道',
  'Loop': '循环',
  'Open minimap': '打开缩略图',
  'Open {element}': '打开 {element}',
  'Parallel multi-instance': '每项一份，同时办理',
  'Participant multiplicity': '流程池多份',
  'Search in diagram': '在图中查找',
  'Search': '查找',
  'Sequential multi-instance': '每项一份，逐个办理',
  'Toggle non-interrupting': '切换是否中断',
  'flow elements must be children of pools/participants': '环节须画在流程池里',
  'Data object must be placed within a pool/participant.': '数据对象须画在流程池里。',
  'Align elements left': '左对齐',
  'Align elements right': '右对齐',
  'Align elements center': '水平居中',
  'Align elements top': '上对齐',
  'Align elements bottom': '下对齐',
  'Align elements middle': '垂直居中',
  'Task': '任务',
  'User task': '人工办理',
  'Service task': '自动步骤',
  'Send task': '发送消息',
  'Receive task': '接收消息',
  'Manual task': '手工任务',
  'Business rule task': '规则任务',
  'Script task': '脚本任务',
  'Call activity': '共用环节',
  'Transaction': '事务',
  'Event sub-process': '事件子流程',
  'Sub-process': '子流程',
  'Sub-process (collapsed)': '子流程（收起）',
  'Sub-process (expanded)': '子流程（展开）',
  'Ad-hoc sub-process': '特别子流程',
  'Ad-hoc sub-process (collapsed)': '特别子流程（收起）',
  'Ad-hoc sub-process (expanded)': '特别子流程（展开）',
  'Exclusive gateway': '排他网关',
  'Parallel gateway': '并行网关',
  'Inclusive gateway': '包容网关',
  'Complex gateway': '复杂网关',
  'Event-based gateway': '事件网关',
  'Data store reference': '数据存储',
  'Data object reference': '数据对象',
  'Expanded pool/participant': '流程池（展开）',
  'Empty pool/participant': '空的流程池',
  'Sequence flow': '普通连线',
  'Default flow': '默认连线',
  'Conditional flow': '条件连线',
  'Data': '数据', 'Events': '事件', 'Gateways': '网关', 'Tasks': '任务', 'Participants': '流程池',
  'Sub-processes': '子流程',
};

// “Message boundary event (non-interrupting)”: a kind of event, where it stands, whether it interrupts.
const KINDS = {
  Message: '消息', Timer: '定时', Conditional: '条件', Signal: '信号', Error: '错误', Escalation: '升级',
  Compensation: '补偿', Link: '链接', Cancel: '取消', Terminate: '终止',
};
const PLACES = {
  'start event': '开始', 'intermediate catch event': '等待', 'intermediate throw event': '发出', 'boundary event': '边界事件',
  'end event': '结束',
};
const EVENT = new RegExp(`^(${Object.keys(KINDS).join('|')})? ?(${Object.keys(PLACES).join('|')})( \\(non-interrupting\\))?$`, 'i');

function event(template) {
  const [, kind, place, soft] = template.match(EVENT) ?? [];
  if (!place) return undefined;
  return `${kind ? KINDS[kind] : ''}${PLACES[place.toLowerCase()]}${soft ? '（不中断）' : ''}`;
}

export const missing = new Set();

export const known = (template) => PLAIN[template] ?? event(template);

export function translate(template, values = {}) {
  const found = known(template);
  if (found === undefined && /[A-Za-z]/.test(template)) missing.add(template);
  return (found ?? template).replace(/{([^}]+)}/g, (_, name) => values[name] ?? `{${name}}`);
}

export default { translate: ['value', translate] };
