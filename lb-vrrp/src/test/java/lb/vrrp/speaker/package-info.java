@org.jspecify.annotations.NullMarked
package lb.vrrp.speaker;
