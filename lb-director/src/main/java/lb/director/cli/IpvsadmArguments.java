package lb.director.cli;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import lb.director.cli.IpvsadmOption.Kind;
import org.jspecify.annotations.Nullable;

/**
 * A command line of ipvsadm's, taken apart: one command, its options with their values, and what
 * stands without an option. Immutable; any thread.
 *
 * @param command null where there is none
 * @param options with their values; empty text for those without
 * @param operands the rest
 */
record IpvsadmArguments(
        @Nullable IpvsadmOption command,
        Map<IpvsadmOption, String> options,
        List<String> operands) {

    /** Takes the words of a command line apart. */
    static IpvsadmArguments parse(List<String> words) throws IpvsadmException {
        return new Reading(words).read();
    }

    boolean has(IpvsadmOption option) {
        return options.containsKey(option);
    }

    @Nullable String value(IpvsadmOption option) {
        return options.get(option);
    }

    /** Refuses options that the command has no use for, and operands. */
    void allowOnly(String command, Set<IpvsadmOption> allowed) throws IpvsadmException {
        for (IpvsadmOption option : options.keySet()) {
            if (!allowed.contains(option)
                    && option != IpvsadmOption.CONTROL
                    && option != IpvsadmOption.JSON) {
                throw new IpvsadmException(command + " does not go with " + option);
            }
        }
        if (!operands.isEmpty()) {
            throw new IpvsadmException("'" + operands.getFirst() + "' belongs to no option");
        }
    }

    /** Goes through the words once. */
    private static final class Reading {
        private final List<String> words;
        private final Map<IpvsadmOption, String> options = new EnumMap<>(IpvsadmOption.class);
        private final List<String> operands = new ArrayList<>();
        private @Nullable IpvsadmOption command;
        private int next;

        Reading(List<String> words) {
            this.words = words;
        }

        IpvsadmArguments read() throws IpvsadmException {
            while (next < words.size()) {
                String word = words.get(next++);
                if (word.startsWith("--")) {
                    readLong(word.substring(2));
                } else if (word.length() > 1 && word.charAt(0) == '-') {
                    readShort(word);
                } else {
                    operands.add(word);
                }
            }
            return new IpvsadmArguments(command, options, operands);
        }

        private void readLong(String text) throws IpvsadmException {
            int equals = text.indexOf('=');
            String name = equals < 0 ? text : text.substring(0, equals);
            IpvsadmOption option = IpvsadmOption.ofWord(name);
            if (option == null) {
                throw new IpvsadmException("there is no option --" + name);
            }
            if (equals >= 0 && !option.takesValue()) {
                throw new IpvsadmException(option + " takes no value");
            }
            take(option, equals < 0 ? null : text.substring(equals + 1));
        }

        /** Letters one after the other; the first that takes a value has the rest of the word. */
        private void readShort(String word) throws IpvsadmException {
            for (int i = 1; i < word.length(); i++) {
                IpvsadmOption option = IpvsadmOption.ofLetter(word.charAt(i));
                if (option == null) {
                    throw new IpvsadmException(
                            "there is no option -"
                                    + word.charAt(i)
                                    + (word.length() == 2 ? "" : " in " + word));
                }
                boolean hasRest = option.takesValue() && i + 1 < word.length();
                take(option, hasRest ? word.substring(i + 1) : null);
                if (hasRest) {
                    return;
                }
            }
        }

        private void take(IpvsadmOption option, @Nullable String attached) throws IpvsadmException {
            if (option.kind() == Kind.COMMAND) {
                if (command != null && command != option) {
                    throw new IpvsadmException(
                            command + " and " + option + " are two commands; give one");
                }
                command = option;
            } else if (options.put(option, value(option, attached)) != null) {
                throw new IpvsadmException(option + " is given twice");
            }
        }

        private String value(IpvsadmOption option, @Nullable String attached)
                throws IpvsadmException {
            if (!option.takesValue() || attached != null) {
                return attached == null ? "" : attached;
            }
            boolean follows = next < words.size() && !words.get(next).startsWith("-");
            if (follows) {
                return words.get(next++);
            }
            if (option.kind() == Kind.VALUE) {
                throw new IpvsadmException(option + " needs a value");
            }
            return "";
        }
    }
}
