package lb.bench;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The range of an option that takes a whole number or several; {@link Main} checks it. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface Within {
    /** The least that is allowed. */
    int least() default 1;

    /** The most that is allowed. */
    int most();
}
