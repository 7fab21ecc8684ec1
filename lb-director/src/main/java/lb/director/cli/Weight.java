package lb.director.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a weight, 0 to 65,535. Stateless. */
final class Weight implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
        int weight = text.matches("\\d{1,5}") ? Integer.parseInt(text) : -1;
        if (weight < 0 || weight > 0xffff) {
            throw new TypeConversionException(
                    "'" + text + "' is no weight: 0 (no new connections) to 65535");
        }
        return weight;
    }
}
