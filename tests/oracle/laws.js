export const LAWS = [];
export async function checkLaw() { return { cases: 0 }; }
