/**
 * A pure function that keeps its last answer. A dozen rules ask the same of one event before the next
 * event comes, so more than one need not be kept; a WeakMap of all of them keeps the garbage collector
 * busier than the rules are.
 */
export function answeredOnce<K, V>(answer: (asked: K) => V): (asked: K) => V {
  let last: { readonly asked: K; readonly answer: V } | undefined;
  return (asked) => {
    if (last === undefined || last.asked !== asked) last = { asked, answer: answer(asked) };
    return last.answer;
  };
}
