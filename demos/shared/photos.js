// The built-in photos. Their terms stand in ../images/README.md.

const folder = new URL('../images/', import.meta.url);

export const PHOTOS = [
  { id: 'chelsea', file: 'chelsea.png', title: 'Cat', width: 451, height: 300, credit: 'Chelsea the cat, Stéfan van der Walt, CC0' },
  { id: 'coffee', file: 'coffee.png', title: 'Coffee', width: 600, height: 400, credit: 'A cup of coffee, Rachel Michetti, courtesy of Pikolo Espresso Bar, CC0' },
  { id: 'rocket', file: 'rocket.jpg', title: 'Launch', width: 640, height: 427, credit: 'Falcon 9 launch, SpaceX, CC0' },
  { id: 'astronaut', file: 'astronaut.png', title: 'Astronaut', width: 512, height: 512, credit: 'Eileen Collins, NASA, public domain' },
  { id: 'hubble', file: 'hubble_deep_field.jpg', title: 'Deep field', width: 1000, height: 872, credit: 'Hubble eXtreme Deep Field, NASA, public domain' },
].map((photo) => ({ ...photo, url: new URL(photo.file, folder).href }));

/** Sizes to work at. The same number of pixels for every photo, so that times can be compared. */
export const SIZES = [
  { id: 'own', title: 'As it is' },
  { id: '1080p', title: '1080p', pixels: 1920 * 1080 },
  { id: '4k', title: '4K', pixels: 3840 * 2160 },
];

/** Width and height with about `pixels` pixels in the same proportion. */
export function scaledSize(width, height, pixels) {
  if (!pixels) return { width, height };
  const scale = Math.sqrt(pixels / (width * height));
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}
