export { Engine } from './engine.ts';
export { buildAppImages, type BuiltImage } from './images/app-images.ts';
