namespace VampNet.Onnx.Verification;

/// <summary>Checks the functions of a model: each defined once, none calling itself directly or indirectly, each body a valid
/// graph.</summary>
internal static class FunctionVerifier
{
    public static void Verify(Model model, IReadOnlySet<(string Domain, string OpType)> localOperators, List<Diagnostic> findings)
    {
        Dictionary<(string, string, string), Function> functions = [];
        foreach (Function function in model.Functions)
        {
            if (!functions.TryAdd((function.Domain, function.Name, function.Overload), function))
            {
                findings.Add(
                    new Diagnostic(
                        DiagnosticIds.FunctionInvalid,
                        Severity.Error,
                        $"Found the function '{function.Domain}::{function.Name}' defined twice. Expected each once. Remove one, "
                            + "or give it an overload."
                    )
                );
            }

            new GraphVerifier(function.OpsetImports, function, localOperators, findings).Verify(function.Body, []);
        }

        Dictionary<Function, bool> finished = [];
        foreach (Function function in functions.Values)
        {
            if (CallsItself(function, functions, finished))
            {
                findings.Add(
                    new Diagnostic(
                        DiagnosticIds.FunctionInvalid,
                        Severity.Error,
                        $"Found the function '{function.Domain}::{function.Name}' calling itself, directly or through others. "
                            + "Expected calls that end. Break the cycle."
                    )
                );
                return;
            }
        }
    }

    /// <summary>Depth first with three states: absent, entered (false) and finished (true).</summary>
    private static bool CallsItself(
        Function root,
        Dictionary<(string, string, string), Function> functions,
        Dictionary<Function, bool> finished
    )
    {
        Stack<(Function Function, IEnumerator<Function> Calls)> path = [];
        Enter(root);
        while (path.TryPeek(out (Function Function, IEnumerator<Function> Calls) top))
        {
            if (!top.Calls.MoveNext())
            {
                finished[top.Function] = true;
                path.Pop();
            }
            else if (!finished.TryGetValue(top.Calls.Current, out bool done))
            {
                Enter(top.Calls.Current);
            }
            else if (!done)
            {
                return true;
            }
        }

        return false;

        void Enter(Function function)
        {
            if (finished.TryAdd(function, false))
            {
                path.Push((function, Calls(function, functions).GetEnumerator()));
            }
        }
    }

    private static IEnumerable<Function> Calls(Function function, Dictionary<(string, string, string), Function> functions) =>
        function
            .Body.SelfAndSubgraphs()
            .SelectMany(graph => graph.Nodes)
            .Select(node => functions.GetValueOrDefault((node.Domain, node.OpType, node.Overload ?? "")))
            .OfType<Function>();
}
