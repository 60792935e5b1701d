// Texts that packages write into the page without asking for a translation: file → [as it stands, in Chinese].
// build.mjs replaces them and stops when one is no longer where it was.
const SIMULATION = 'bpmn-js-token-simulation/lib/features';

export const hardcoded = {
  [`${SIMULATION}/reset-simulation/ResetSimulation.js`]: [['title="Reset Simulation"', 'title="重新走"'], ["text: 'Reset Simulation'", "text: '重新走'"]],
  [`${SIMULATION}/pause-simulation/PauseSimulation.js`]: [
    ['title="Play/Pause Simulation"', 'title="走或暂停"'], ["text: 'Pause Simulation'", "text: '已暂停'"], ["text: 'Play Simulation'", "text: '接着走'"],
  ],
  [`${SIMULATION}/element-support/ElementSupport.js`]: [["text: 'Found unsupported elements'", "text: '有不能演示的元素'"], ["text: 'Not supported'", "text: '不能演示'"]],
  [`${SIMULATION}/toggle-mode/modeler/ToggleMode.js`]: [['Token Simulation <span', '演示令牌 <span']],
  [`${SIMULATION}/simulation-state/SimulationState.js`]: [["text: 'Finished'", "text: '走完'"]],
  [`${SIMULATION}/show-scopes/ShowScopes.js`]: [['title="Focus process instance ${scope.id}"', 'title="只看这一件"']],
  [`${SIMULATION}/context-pads/handler/ExclusiveGatewayHandler.js`]: [['title="Set Sequence Flow"', 'title="选走哪一条"']],
  [`${SIMULATION}/context-pads/handler/InclusiveGatewayHandler.js`]: [['title="Set Sequence Flow"', 'title="选走哪几条"']],
  [`${SIMULATION}/context-pads/handler/PauseHandler.js`]: [["title=\"${ wait ? 'Remove' : 'Add' } pause point\"", "title=\"${ wait ? '取消停顿' : '在此停顿' }\""]],
  [`${SIMULATION}/context-pads/handler/TriggerHandler.js`]: [['title="Trigger Event"', 'title="触发"']],
  'diagram-js/lib/features/popup-menu/PopupMenuComponent.js': [["title || 'Search'", "title || '查找'"]],
  'diagram-js/lib/features/popup-menu/PopupMenuBreadcrumbs.js': [['title="Back"', 'title="返回"'], ['aria-label="Back"', 'aria-label="返回"']],
};
