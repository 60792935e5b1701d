// 读写画布上的元素：每一次改动都是命令栈上的一步，可以撤销。
export class Model {
  constructor(modeler) {
    this.modeler = modeler;
    this.modeling = modeler.get('modeling');
    this.moddle = modeler.get('moddle');
    this.canvas = modeler.get('canvas');
    this.registry = modeler.get('elementRegistry');
  }

  get(element, key) { return element.businessObject.get(key); }

  set(element, key, value) { this.modeling.updateProperties(element, { [key]: value === '' ? undefined : value }); }

  // 流程本身的属性写在流程上，不在画出来的池子上。
  process() {
    const root = this.canvas.getRootElement();
    const pool = this.registry.find((one) => one.type === 'bpmn:Participant' && one.businessObject.processRef);
    return { element: pool ?? root, process: pool ? pool.businessObject.processRef : root.businessObject };
  }

  setProcess(key, value) {
    const { element, process } = this.process();
    this.modeling.updateModdleProperties(element, process, { [key]: value === '' ? undefined : value });
  }

  documentation(object) { return object.get('documentation')?.[0]?.text ?? ''; }

  setDocumentation(element, object, value) {
    const documentation = value ? [this.create('bpmn:Documentation', { text: value }, object)] : [];
    this.modeling.updateModdleProperties(element, object, { documentation });
  }

  create(type, properties, parent) {
    const made = this.moddle.create(type, properties);
    made.$parent = parent;
    return made;
  }

  parameters(element) {
    return (element.businessObject.extensionElements?.get('values') ?? []).filter((one) => one.$type === 'cs:Parameter');
  }

  setParameter(element, name, value) {
    const object = element.businessObject;
    const before = object.extensionElements?.get('values') ?? [];
    const found = before.find((one) => one.$type === 'cs:Parameter' && one.name === name);
    if (found && value !== '') return this.modeling.updateModdleProperties(element, found, { value });
    const others = before.filter((one) => one !== found);
    const values = value === '' ? others : [...others, this.create('cs:Parameter', { name, value })];
    const extensionElements = values.length ? this.create('bpmn:ExtensionElements', { values }, object) : undefined;
    for (const one of values) one.$parent = extensionElements;
    return this.modeling.updateProperties(element, { extensionElements });
  }

  event(element) { return element.businessObject.get('eventDefinitions')?.[0]; }

  // 流程图里的消息、信号、错误或升级，事件按编号引用它们。
  roots(kind) {
    const type = `bpmn:${kind[0].toUpperCase()}${kind.slice(1)}`;
    return this.modeler.getDefinitions().get('rootElements').filter((one) => one.$type === type);
  }

  // 让事件引用叫这个名字（或用这个代码）的那一个；没有就新建。
  refer(element, holder, kind, key, value) {
    const definitions = this.modeler.getDefinitions();
    let target = value ? this.roots(kind).find((one) => one[key] === value) : undefined;
    if (value && !target) {
      const type = kind[0].toUpperCase() + kind.slice(1);
      target = this.create(`bpmn:${type}`, { id: this.moddle.ids.nextPrefixed(`${type}_`), name: value, [key]: value }, definitions);
      this.modeling.updateModdleProperties(element, definitions, { rootElements: [...definitions.get('rootElements'), target] });
    }
    this.modeling.updateModdleProperties(element, holder, { [`${kind}Ref`]: target });
  }

  timer(element) {
    const timer = this.event(element);
    const kind = ['timeDuration', 'timeDate', 'timeCycle'].find((one) => timer?.[one]);
    return { kind: kind ?? 'timeDuration', text: kind ? timer[kind].body : '' };
  }

  setTimer(element, kind, body) {
    const timer = this.event(element);
    const cleared = { timeDuration: undefined, timeDate: undefined, timeCycle: undefined };
    this.modeling.updateModdleProperties(element, timer, { ...cleared, [kind]: this.create('bpmn:FormalExpression', { body }, timer) });
  }

  setCondition(flow, body) {
    const conditionExpression = body ? this.create('bpmn:FormalExpression', { body }, flow.businessObject) : undefined;
    this.modeling.updateProperties(flow, { conditionExpression });
  }

  setDefault(flow, wanted) {
    this.modeling.updateProperties(flow.source, { default: wanted ? flow.businessObject : undefined });
  }

  // 多实例按哪个清单：清单是流程的一个属性，须先有才能引用。
  collections() { return (this.process().process.get('properties') ?? []).map((one) => one.id); }

  setCollection(element, name) {
    const { element: owner, process } = this.process();
    const loop = element.businessObject.loopCharacteristics;
    let property = (process.get('properties') ?? []).find((one) => one.id === name);
    if (!property && name) {
      property = this.create('bpmn:Property', { id: name, name }, process);
      this.modeling.updateModdleProperties(owner, process, { properties: [...(process.get('properties') ?? []), property] });
    }
    this.modeling.updateModdleProperties(element, loop, { loopDataInputRef: property });
  }
}
