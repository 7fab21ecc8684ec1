@org.jspecify.annotations.NullMarked
package lb.director.tracking;
