/**
 * Datagrams in fragments: where the first fragment of each went, and the later ones that came
 * before it (docs/decisions/0009).
 */
@org.jspecify.annotations.NullMarked
package lb.core.fragment;
