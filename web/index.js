export { capture } from './capture.js';
export { createPresenter } from './present.js';
