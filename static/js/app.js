import { watchChoosing } from "./choosing.js";
import { watchDialogs } from "./dialogs.js";
import { watchDragging } from "./dragging.js";
import { watchFailures } from "./flash.js";
import { watchPolling } from "./polling.js";
import { watchShortcuts } from "./shortcuts.js";

// A morph would close what a person opened: the server never says whether a <details> is open.
Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) =>
  !(name === "open" && node.tagName === "DETAILS");

watchChoosing();
watchDialogs();
watchDragging();
watchFailures();
watchPolling();
watchShortcuts();
