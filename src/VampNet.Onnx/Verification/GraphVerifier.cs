namespace VampNet.Onnx.Verification;

/// <summary>Walks a graph and its subgraphs in the order in which they run.</summary>
/// <param name="opsets">The operator sets that the graph is written in.</param>
/// <param name="function">The function whose body it is, or null.</param>
/// <param name="localOperators">The operators that the model defines itself: their attributes are what its functions say.</param>
/// <param name="findings">Receiver of the findings.</param>
internal sealed class GraphVerifier(
    OrderedDictionary<string, int> opsets,
    Function? function,
    IReadOnlySet<(string Domain, string OpType)> localOperators,
    List<Diagnostic> findings
)
{
    /// <summary>Checks a graph within the values that the graphs around it have produced so far.</summary>
    public void Verify(Graph graph, HashSet<Value> outer)
    {
        HashSet<Value> available = [.. outer];
        HashSet<string> names = [.. outer.Select(value => value.Name)];
        foreach (Value value in graph.Inputs.Concat(graph.Initializers.Where(value => !value.IsGraphInput)))
        {
            Define(value, names, null);
            available.Add(value);
        }

        foreach (Value value in graph.Initializers)
        {
            VerifyInitializer(value);
        }

        foreach (Node node in graph.Nodes)
        {
            VerifyNode(node, available);
            foreach (Graph subgraph in node.Subgraphs)
            {
                Verify(subgraph, available);
            }

            foreach (Value output in node.Outputs.Where(output => output.Name.Length > 0))
            {
                Define(output, names, node);
                available.Add(output);
            }
        }

        foreach (Value output in graph.Outputs)
        {
            VerifyReachable(output, available, $"the output of the graph '{graph.Name}'", null);
        }
    }

    private void VerifyNode(Node node, HashSet<Value> available)
    {
        if (node.OpType.Length == 0)
        {
            Report(
                DiagnosticIds.NameMissing,
                "Found a node without an operator type, producing "
                    + $"'{(node.Outputs.Count > 0 ? node.Outputs[0].Name : "nothing")}'. Expected one. Remove the node or name its "
                    + "operator.",
                node
            );
        }

        if (!opsets.ContainsKey(node.Domain))
        {
            Report(
                DiagnosticIds.OpsetMissing,
                $"Found {node.Describe()} of the domain '{(node.Domain.Length == 0 ? "ai.onnx" : node.Domain)}', which is not "
                    + "imported. Expected an opset_import for it. Run type fixing, or add the import.",
                node
            );
        }

        foreach (Value input in node.Inputs.OfType<Value>())
        {
            VerifyReachable(input, available, node.Describe(), node);
        }

        bool isLocal = localOperators.Contains((node.Domain, node.OpType));
        int version = opsets.GetValueOrDefault(node.Domain);
        foreach (Attribute attribute in node.Attributes)
        {
            if (!isLocal && AttributeKinds.Of(node, version, attribute.Name) is { } kind && kind != attribute.Kind)
            {
                Report(
                    DiagnosticIds.OperatorAttributeKind,
                    $"Found the attribute '{attribute.Name}' of {node.Describe()} holding {attribute.Kind}. Expected {kind}. "
                        + "Correct the attribute, or the operator it stands at.",
                    node
                );
            }

            if (
                attribute.Reference is { } parameter
                && function?.RequiredParameters.Contains(parameter) != true
                && function?.DefaultParameters.Any(known => known.Name == parameter) != true
            )
            {
                Report(
                    DiagnosticIds.AttributeReference,
                    $"Found the attribute '{attribute.Name}' of {node.Describe()} referring to the function parameter "
                        + $"'{parameter}'. Expected "
                        + $"{(function is null ? "a value: the node is in no function" : $"a parameter of '{function.Name}'")}. "
                        + "Give the attribute a value.",
                    node
                );
            }
        }
    }

    private void VerifyReachable(Value value, HashSet<Value> available, string reader, Node? node)
    {
        if (available.Contains(value))
        {
            return;
        }

        if (value.Owner is null || value.Name.Length == 0)
        {
            Report(
                DiagnosticIds.ValueUndefined,
                $"Found '{value.Name}' read by {reader}, which nothing produces. Expected an input, an initializer or the result "
                    + "of an earlier node. Correct the name or add the missing node.",
                node
            );
        }
        else
        {
            Report(
                DiagnosticIds.OrderBroken,
                $"Found '{value.Name}' read by {reader} before it is produced. Expected nodes in running order and no cycles. "
                    + "Sort the nodes; if two depend on each other, break the cycle.",
                node
            );
        }
    }

    private void Define(Value value, HashSet<string> names, Node? node)
    {
        if (value.Name.Length == 0)
        {
            Report(
                DiagnosticIds.NameMissing,
                $"Found an input or initializer without a name in the graph '{value.Owner?.Name}'. Expected one. Name it.",
                node
            );
        }
        else if (!names.Add(value.Name))
        {
            Report(
                DiagnosticIds.NameNotUnique,
                $"Found the name '{value.Name}' again{(node is null ? "" : $" at {node.Describe()}")}. Expected each value to be "
                    + "defined once, in this graph and those around it. Run type fixing, or rename one.",
                node
            );
        }
    }

    private void VerifyInitializer(Value value)
    {
        if (value.Constant is { } data && value.Type is TensorType declared && !Agrees(data, declared))
        {
            Report(
                DiagnosticIds.TypeContradicted,
                $"Found the initializer '{value.Name}' of {data} declared as {declared}. Expected both to agree. Run type fixing, "
                    + "or correct the declaration.",
                null
            );
        }
    }

    private static bool Agrees(TensorData data, TensorType declared) =>
        (declared.ElementType == ElementType.Undefined || declared.ElementType == data.ElementType)
        && (
            declared.Shape is null
            || (
                declared.Shape.Rank == data.Shape.Length
                && declared.Shape.Dims.Zip(data.Shape).All(pair => !pair.First.IsConstant || pair.First.Is(pair.Second))
            )
        );

    private void Report(string id, string message, Node? node) => findings.Add(new Diagnostic(id, Severity.Error, message, node?.Name));
}
