// 属性面板里的字：一处写明，别处只用键。
export const KINDS = {
  'bpmn:StartEvent': '开始', 'bpmn:EndEvent': '结束', 'bpmn:UserTask': '人工办理', 'bpmn:ManualTask': '人工办理', 'bpmn:Task': '人工办理',
  'bpmn:ServiceTask': '自动步骤', 'bpmn:SendTask': '发送消息', 'bpmn:ReceiveTask': '接收消息', 'bpmn:CallActivity': '共用环节',
  'bpmn:SubProcess': '子流程', 'bpmn:ExclusiveGateway': '排他网关', 'bpmn:ParallelGateway': '并行网关', 'bpmn:InclusiveGateway': '包容网关',
  'bpmn:EventBasedGateway': '事件网关', 'bpmn:BoundaryEvent': '边界事件', 'bpmn:IntermediateCatchEvent': '等待事件',
  'bpmn:IntermediateThrowEvent': '发出事件', 'bpmn:SequenceFlow': '连线', 'bpmn:Lane': '泳道', 'bpmn:Participant': '流程',
  'bpmn:Process': '流程', 'bpmn:Collaboration': '流程', 'bpmn:TextAnnotation': '注释', 'bpmn:Group': '分组框',
};
const EVENTS = { Timer: '定时', Message: '消息', Signal: '信号', Error: '错误', Escalation: '升级', Terminate: '终止' };
const eventOf = (element) => EVENTS[element.businessObject.get?.('eventDefinitions')?.[0]?.$type.slice(5).replace('EventDefinition', '')] ?? '';
export const kindOf = (element) => eventOf(element) + (KINDS[element.type] ?? '元素');
