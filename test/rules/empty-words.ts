const emptyWords = ['util', 'utils', 'helper', 'helpers', 'common', 'manager', 'impl', 'shared', 'misc']

/** The first word of a path that says nothing about what is inside; undefined when every word does. */
export const emptyWordIn = (path: string): string | undefined => path.split(/[/._-]/).find((word) => emptyWords.includes(word))
