/** Tests of the text layer: lines, words, blocks, includes, variables. */
@org.jspecify.annotations.NullMarked
package lb.director.config.syntax;
