package tokenward.interop;

/** The lines that the judge prints. */
final class Report {
  private static final String LIBRARY = "Spring Security";

  private Report() {}

  static void check(String what, boolean isRight, Object found) {
    require(what, isRight, found);
    System.out.println("passed  " + LIBRARY + ": " + what);
  }

  /** A difference that is there is no failure: the text names who is right by the RFC. */
  static void differs(String what, boolean isThere, Object found) {
    require(what, isThere, found);
    System.out.println("differs " + LIBRARY + ": " + what);
  }

  private static void require(String what, boolean isTrue, Object found) {
    if (isTrue) return;
    System.out.println("FAILED  " + LIBRARY + ": " + what + ": " + found);
    System.exit(1);
  }
}
