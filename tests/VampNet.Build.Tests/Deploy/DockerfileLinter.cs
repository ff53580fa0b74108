using System.Text.RegularExpressions;

namespace VampNet.Build.Tests.Deploy;

/// <summary>Finds lines that make images large, insecure or irreproducible. Ids are those of hadolint where it has the
/// rule.</summary>
internal static partial class DockerfileLinter
{
    /// <summary>Checks a file.</summary>
    /// <param name="text">Its contents.</param>
    /// <param name="hasSource">Whether a path is part of the build's context.</param>
    /// <returns>A line for each finding, which begins with its id.</returns>
    public static IReadOnlyList<string> Lint(string text, Predicate<string> hasSource)
    {
        Instruction[] instructions = [.. Parse(text)];
        List<string> findings =
        [
            .. instructions.Where(each => !Known.Contains(each.Word)).Select(each => $"DL1000 {each}: no such instruction"),
        ];
        HashSet<string> stages = new(StringComparer.OrdinalIgnoreCase);
        string user = "";
        int froms = 0;
        Instruction? previous = null;
        foreach (Instruction each in instructions)
        {
            switch (each.Word)
            {
                case "FROM":
                    froms++;
                    user = "";
                    string[] words = each.Rest.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                    if (!stages.Contains(words[0]) && !ExactTag().IsMatch(words[0]) && !Digest().IsMatch(words[0]))
                    {
                        findings.Add($"DL3006 {each}: the base needs an exact version or a digest");
                    }

                    if (words is [_, var keyword, var stage] && keyword.Equals("AS", StringComparison.OrdinalIgnoreCase))
                    {
                        stages.Add(stage);
                    }

                    break;
                case "RUN":
                    CheckRun(each, previous, findings);
                    break;
                case "ADD":
                    findings.Add($"DL3020 {each}: COPY does not fetch or unpack");
                    break;
                case "COPY":
                    CheckCopy(each, stages, hasSource, findings);
                    break;
                case "WORKDIR" when !each.Rest.StartsWith('/'):
                    findings.Add($"DL3000 {each}: the path must be absolute");
                    break;
                case "USER":
                    user = each.Rest.Split(':')[0];
                    break;
                case "ENTRYPOINT" or "CMD" when !JsonList().IsMatch(each.Rest):
                    findings.Add($"DL3025 {each}: signals reach the program only in the form of a JSON list");
                    break;
                case "ENV" when Secret().IsMatch(each.Rest):
                    findings.Add($"DL9001 {each}: a secret would stay in the image");
                    break;
                default:
                    break;
            }

            previous = each;
        }

        if (froms < 2)
        {
            findings.Add("DL9002: one stage alone ships the tools that built it");
        }

        // Kubernetes can check runAsNonRoot only where the user is a number.
        if (!NonRoot().IsMatch(user))
        {
            findings.Add($"DL3002 USER {user}: the last stage must end with a numeric user other than root");
        }

        if (instructions.LastOrDefault(each => each.Word == "FROM") is { } last && last.Rest.Contains("/sdk:", StringComparison.Ordinal))
        {
            findings.Add($"DL9003 {last}: the last stage must not hold the SDK");
        }

        return findings;
    }

    private static readonly string[] Known =
    [
        "FROM",
        "RUN",
        "CMD",
        "LABEL",
        "EXPOSE",
        "ENV",
        "ADD",
        "COPY",
        "ENTRYPOINT",
        "VOLUME",
        "USER",
        "WORKDIR",
        "ARG",
        "ONBUILD",
        "STOPSIGNAL",
        "HEALTHCHECK",
        "SHELL",
    ];

    private static void CheckRun(Instruction each, Instruction? previous, List<string> findings)
    {
        if (Sudo().IsMatch(each.Rest))
        {
            findings.Add($"DL3004 {each}: builds run as root");
        }

        if (
            each.Rest.Contains('|')
            && !each.Rest.Contains("pipefail", StringComparison.Ordinal)
            && !each.Rest.Contains("||", StringComparison.Ordinal)
        )
        {
            findings.Add($"DL4006 {each}: a failure before the pipe goes unnoticed");
        }

        if (AptInstall().IsMatch(each.Rest))
        {
            if (!each.Rest.Contains("--no-install-recommends", StringComparison.Ordinal))
            {
                findings.Add($"DL3015 {each}: recommended packages come along");
            }

            if (!each.Rest.Contains("/var/lib/apt/lists", StringComparison.Ordinal))
            {
                findings.Add($"DL3009 {each}: the package lists stay in the image");
            }
        }

        if (previous?.Word == "RUN")
        {
            findings.Add($"DL3059 {each}: a second RUN is a second layer");
        }
    }

    private static void CheckCopy(Instruction each, HashSet<string> stages, Predicate<string> hasSource, List<string> findings)
    {
        string[] words = [.. each.Rest.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        string? from = words.FirstOrDefault(word => word.StartsWith("--from=", StringComparison.Ordinal))?["--from=".Length..];
        string[] paths = [.. words.Where(word => !word.StartsWith("--", StringComparison.Ordinal))];
        if (from is null)
        {
            findings.AddRange(
                paths.SkipLast(1).Where(path => !hasSource(path)).Select(path => $"DL9004 {each}: {path} is not part of the context")
            );
        }
        else if (!stages.Contains(from) && !ExactTag().IsMatch(from) && !Digest().IsMatch(from))
        {
            findings.Add($"DL3022 {each}: {from} is no earlier stage");
        }
    }

    private static IEnumerable<Instruction> Parse(string text)
    {
        string joined = Continued().Replace(string.Join('\n', text.Split('\n').Where(line => !line.TrimStart().StartsWith('#'))), " ");
        return joined
            .Split('\n')
            .Select(line => line.Trim())
            .Where(line => line.Length > 0)
            .Select(line => line.Split(' ', 2))
            .Select(words => new Instruction(words[0].ToUpperInvariant(), words.Length > 1 ? words[1].Trim() : ""));
    }

    [GeneratedRegex(@"\\[ \t]*\n")]
    private static partial Regex Continued();

    [GeneratedRegex(@":\d+\.\d+\.\d+[A-Za-z0-9._-]*$")]
    private static partial Regex ExactTag();

    [GeneratedRegex("@sha256:[0-9a-f]{64}$")]
    private static partial Regex Digest();

    [GeneratedRegex("""^\[\s*"[^"]*"(\s*,\s*"[^"]*")*\s*\]$""")]
    private static partial Regex JsonList();

    [GeneratedRegex("^[1-9][0-9]*$")]
    private static partial Regex NonRoot();

    [GeneratedRegex(@"\bsudo\b")]
    private static partial Regex Sudo();

    [GeneratedRegex(@"\bapt(-get)?\s+(-\S+\s+)*install\b")]
    private static partial Regex AptInstall();

    [GeneratedRegex("(?i)(password|secret|token|apikey|api_key)[^=]*=")]
    private static partial Regex Secret();

    private sealed record Instruction(string Word, string Rest)
    {
        public override string ToString() => $"{Word} {Rest}";
    }
}
