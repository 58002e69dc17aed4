package dev.hone.formats.template.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every character knows where it came from, whatever was done to it. */
@Tag("unit")
class ProvenanceTest {
  private static final List<Map<String, Object>> CHAT =
      Jinja.chat("user", " Hi, you ", "assistant", "a<b");

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '`',
      value = {
        "c => `0.content[ Hi, you ]`",
        "c|trim => 0.content[Hi, you]",
        "'<' + c.strip() + '>' => T[<] 0.content[Hi, you] T[>]",
        "c[1:3] => 0.content[Hi]",
        "c[::-1].strip() => 0.content[uoy ,iH]",
        "c|replace('i', '!')|trim => 0.content[H] T[!] 0.content[, you]",
        "c.split(',')|last => `0.content[ you ]`",
        "c.split()|join('+') => 0.content[Hi,] T[+] 0.content[you]",
        "(c|trim ~ '!')|upper => 0.content[HI, YOU] T[!]",
        "('a' ~ c|trim)|title => T[A] 0.content[hi, You]",
        "('x' + m.role)|capitalize => T[X] 0.role[user]",
        "'%s=%s' % (m.role, 1) => 0.role[user] T[=1]",
        "'{}: {}'.format(m.role, 'x') => 0.role[user] T[: x]",
        "'%s!'|format(m.role) => 0.role[user] T[!]",
        "x|default(m.role) => 0.role[user]",
        "messages|map(attribute='role')|join('/') => 0.role[user] T[/] 1.role[assistant]",
        "messages[1:][0].role => 1.role[assistant]",
        "messages[::-1][0].content|e => 1.content[a&lt;b]",
        "m.role.partition('s')[2] => 0.role[er]",
        "m.role|center(8) => `0.role[  user  ]`",
        "'>'.join([m.role, 'x']) => 0.role[user] T[>x]",
        "(m.role ~ '\\n' ~ m.role)|indent(2) => `0.role[user] T[\\n] 0.role[  user]`",
        "{'r': m.role}|tojson => `T[{\"r\": ] 0.role[\"user\"] T[}]`",
        "[m.role] => `T[[] 0.role['user'] T[]]`",
        "m => `0.[{'role': ] 0.role['user'] 0.[, 'content': ] 0.content[' Hi, you '] 0.[}]`",
        "m.content|length + 1 => 0.content[10]",
        "([m] + messages)|last|string|length => 1.[39]"
      })
  void survives(String expression, String expected) {
    String template = "{% set m = messages[0] %}{% set c = m.content %}{{ " + expression + " }}";
    assertEquals(expected.replace("\\n", "\n"), Jinja.origins(template, CHAT));
  }

  @Test
  void literalsBelongToTheTurnThatWritesThem() {
    assertEquals(
        "T[s] T0[<] 0.role[user] T0[>] T1[<] 1.role[assistant] T1[>] T[e]",
        Jinja.origins("s{% for m in messages %}<{{ m.role }}>{% endfor %}e", CHAT));
    assertEquals(
        "T1[-] 1.role[assistant] T1[.] T0[-] 0.role[user] T0[.]",
        Jinja.origins(
            "{% set turns = messages[::-1] %}{% for m in turns %}{{ '-' ~ m.role ~ '.' }}{% endfor %}",
            CHAT));
    assertEquals(
        "T0[-] 0.role[user] T1[-] 1.role[assistant]",
        Jinja.origins(
            "{% for i in range(2) %}{% set m = messages[i] %}-{{ m.role }}{% endfor %}", CHAT));
  }

  @Test
  void macrosAndBlocksKeepOrigins() {
    assertEquals(
        "T0[(] 0.role[user] T0[)] T1[(] 1.role[assistant] T1[)]",
        Jinja.origins(
            "{% macro show(x) %}({{ x.role }}){% endmacro %}{% set out %}{% for m in messages %}{{ show(m) }}{% endfor %}{% endset %}{{ out }}",
            CHAT));
    assertEquals(
        "T1[(] 1.role[ASSISTANT] T1[)]",
        Jinja.origins(
            "{% filter upper %}{% for m in messages[1:] %}({{ m.role }}){% endfor %}{% endfilter %}",
            CHAT));
    assertEquals(
        "T0[[] 0.content[Hi, you] T0[]]",
        Jinja.origins(
            "{% macro box() %}[{{ caller() }}]{% endmacro %}{% for m in messages[:1] %}{% call box() %}{{ m.content|trim }}{% endcall %}{% endfor %}",
            CHAT));
  }

  @Test
  void toolCallsHavePaths() {
    Map<String, Object> arguments = new LinkedHashMap<>();
    arguments.put("city", "Oslo");
    arguments.put("days", 2);
    arguments.put("now", true);
    arguments.put("then", null);
    Map<String, Object> call =
        Map.of("function", Map.of("name", "weather", "arguments", arguments));
    List<Map<String, Object>> chat =
        List.of(Map.of("role", "assistant", "tool_calls", List.of(call)));
    String path = "0.tool_calls[0].function.arguments";
    assertEquals(
        "T0[<] 0.tool_calls[0].function.name[weather] T0[>] "
            + path
            + "[{\"city\": ] "
            + path
            + ".city[\"Oslo\"] "
            + path
            + "[, \"days\": ] "
            + path
            + ".days[2] "
            + path
            + "[, \"now\": ] "
            + path
            + ".now[true] "
            + path
            + "[, \"then\": ] "
            + path
            + ".then[null] "
            + path
            + "[}]",
        Jinja.origins(
            "{% for m in messages %}{% for c in m.tool_calls %}<{{ c.function.name }}>{{ c.function.arguments|tojson }}{% endfor %}{% endfor %}",
            chat));
    assertEquals(
        path
            + "[city] T[=] "
            + path
            + ".city[Oslo] T[;] "
            + path
            + "[days] T[=] "
            + path
            + ".days[2] T[;]",
        Jinja.origins(
                "{% set a = messages[0].tool_calls[0].function.arguments %}{% for k, v in a.items() if v is not boolean and v %}{{ k }}={{ v }};{% endfor %}",
                chat)
            .replace("T0", "T"));
  }

  @Test
  void variablesHaveNames() {
    RenderInput input =
        Jinja.input(CHAT).with("bos_token", "<s>").with("tools", List.of(Map.of("name", "f")));
    assertEquals(
        "$bos_token[<s>] T[ ] $tools[0].name[f] T[ ] $strftime_now[2025]",
        Jinja.origins(
            JinjaTemplate.parse("{{ bos_token }} {{ tools[0].name }} {{ strftime_now('%Y') }}")
                .render(input)));
  }

  @Test
  void generationBlocksAreSpans() {
    TracedText rendered =
        Jinja.render(
            "😀{% for m in messages %}<{% if m.role == 'assistant' %}{% generation %}{{ m.content }}.{% endgeneration %}{% endif %}>{% endfor %}",
            CHAT);
    assertEquals("😀<><a<b.>", rendered.text());
    assertEquals(List.of(new TracedText.Span(5, 9)), rendered.generations());
    assertEquals(4, rendered.codePoints(5));
    assertEquals("content", rendered.originAt(5).path());
    assertEquals(1, rendered.originAt(8).message());
  }
}
