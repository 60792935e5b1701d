// What the pad beside a shape and the “更换类型” menu offer: only what the engine can run.
import { TEMPLATES, shapes } from './templates.js';

const LATE = 400; // after bpmn-js has said what it would offer
const APPENDED = ['work', 'job', 'choice', 'end'];
const KEPT_ON_PAD = /^(connect|delete|replace|append\.text-annotation|lane-.*|toggle.*)$/;
const KEPT_IN_MENU = new Set([
  'replace-with-user-task', 'replace-with-service-task', 'replace-with-call-activity', 'replace-with-send-task',
  'replace-with-receive-task', 'replace-with-expanded-subprocess', 'replace-with-exclusive-gateway',
  'replace-with-parallel-gateway', 'replace-with-inclusive-gateway', 'replace-with-event-based-gateway',
  'replace-with-none-start', 'replace-with-timer-start', 'replace-with-message-start', 'replace-with-none-end',
  'replace-with-error-end', 'replace-with-terminate-end', 'replace-with-message-end', 'replace-with-escalation-end',
  'replace-with-timer-intermediate-catch', 'replace-with-message-intermediate-catch',
  'replace-with-message-intermediate-throw', 'replace-with-signal-intermediate-catch',
  'replace-with-signal-intermediate-throw', 'replace-with-escalation-intermediate-throw',
  'replace-with-timer-boundary', 'replace-with-non-interrupting-timer-boundary', 'replace-with-error-boundary',
  'replace-with-message-boundary', 'replace-with-non-interrupting-message-boundary',
  'replace-with-signal-boundary', 'replace-with-non-interrupting-signal-boundary',
  'replace-with-escalation-boundary', 'replace-with-non-interrupting-escalation-boundary',
  'replace-with-sequence-flow', 'replace-with-default-flow',
]);

class Offers {
  constructor(contextPad, popupMenu, autoPlace, elementFactory, create) {
    Object.assign(this, { autoPlace, elementFactory, create });
    contextPad.registerProvider(LATE, this);
    popupMenu.registerProvider('bpmn-replace', LATE, this);
  }

  getContextPadEntries(element) {
    return (entries) => {
      const followed = 'append.end-event' in entries;
      const kept = Object.fromEntries(Object.entries(entries).filter(([name]) => KEPT_ON_PAD.test(name)));
      return followed ? { ...this.appending(element), ...kept } : kept;
    };
  }

  appending() {
    const found = TEMPLATES.filter((one) => APPENDED.includes(one.id));
    return Object.fromEntries(found.map((one) => [`append.${one.id}`, {
      group: 'model',
      className: one.icon,
      title: `接${one.title.split('：')[0]}`,
      action: {
        click: (_, source) => this.autoPlace.append(source, shapes(one, this.elementFactory)[0]),
        dragstart: (event, source) => this.create.start(event, shapes(one, this.elementFactory), { source }),
      },
    }]));
  }

  getPopupMenuEntries() {
    return (entries) => Object.fromEntries(Object.entries(entries).filter(([name]) => KEPT_IN_MENU.has(name)));
  }
}
Offers.$inject = ['contextPad', 'popupMenu', 'autoPlace', 'elementFactory', 'create'];

export default { __init__: ['countersignOffers'], countersignOffers: ['type', Offers] };
