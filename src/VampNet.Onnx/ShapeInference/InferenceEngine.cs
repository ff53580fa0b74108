using System.Collections.Immutable;

namespace VampNet.Onnx.ShapeInference;

/// <summary>Walks the graphs of one model, node by node, and applies the rule of each.</summary>
internal sealed class InferenceEngine(Model model)
{
    private const int MaxDepth = 64;

    // Functions are followed at each call and loop bodies more than once: nesting multiplies. Real models stay far below.
    private const int MaxVisits = 1_000_000;

    private readonly List<Diagnostic> _diagnostics = [];
    private readonly Dictionary<(string Domain, string Name, string Overload), Function> _functions = IndexFunctions(model);
    private int _visits;
    private int _silences;
    private bool _isLimitReported;

    /// <summary>Infers the whole model and sets the types of its values.</summary>
    public ShapeInferenceResult Run()
    {
        InferenceScope scope = InferModel();

        bool isModified = false;
        var elements = new Dictionary<Value, SymbolicTensor>();
        foreach ((Value? value, Fact? fact) in scope.Facts)
        {
            if (fact.Type is { } type && !type.Equals(value.Type))
            {
                // New unknowns in place of old ones do not count as a change.
                isModified |= type.ToString() != value.Type?.ToString();
                value.Type = type;
            }

            if (fact.Elements is { } known && value.Constant is null)
            {
                elements[value] = known;
            }
        }

        return new ShapeInferenceResult(isModified, [.. _diagnostics.Distinct()], elements);
    }

    /// <summary>Infers the whole model without changing it, and returns the contradictions.</summary>
    public ImmutableArray<Diagnostic> Check()
    {
        _ = InferModel();
        return [.. _diagnostics.Distinct()];
    }

    /// <summary>Infers a subgraph for inputs of the given facts; see <see cref="InferenceContext.InferSubgraph"/>.</summary>
    public IReadOnlyList<Fact> InferSubgraph(InferenceScope scope, Node node, Graph graph, IReadOnlyList<Fact> inputs, bool isSilent)
    {
        if (scope.Depth >= MaxDepth)
        {
            return [.. graph.Outputs.Select(_ => LimitReached(node))];
        }

        scope.Depth++;
        _silences += isSilent ? 1 : 0;
        try
        {
            InferGraph(scope, graph, inputs);
            return [.. graph.Outputs.Select(output => scope[output] ?? new Fact(output.Type))];
        }
        finally
        {
            _silences -= isSilent ? 1 : 0;
            scope.Depth--;
        }
    }

    /// <summary>Infers the whole model without writing anything down.</summary>
    internal InferenceScope InferModel()
    {
        var scope = new InferenceScope(model.OpsetImports, parameters: null, depth: 0);
        InferGraph(scope, model.Graph, inputs: null);
        return scope;
    }

    /// <summary>Infers one node of the main graph again, with the constants that it reads and that are not known yet.</summary>
    internal void Infer(InferenceScope scope, Node node)
    {
        foreach (Value? input in node.Inputs)
        {
            if (input is { Producer: null } && scope[input] is null)
            {
                InferInitializer(scope, input);
            }
        }

        InferNode(scope, node);
    }

    /// <summary>Resets the count of visits.</summary>
    internal void ResetLimits() => (_visits, _isLimitReported) = (0, false);

    private void InferGraph(InferenceScope scope, Graph graph, IReadOnlyList<Fact>? inputs)
    {
        for (int i = 0; i < graph.Inputs.Count; i++)
        {
            ValueType? declared = graph.Inputs[i].Type;
            scope[graph.Inputs[i]] = inputs is null
                ? InputElements.Of(graph.Inputs[i])
                : inputs[i] with
                {
                    Type = TypeMerger.Merge(inputs[i].Type, declared, out _),
                };
        }

        foreach (Value initializer in graph.Initializers)
        {
            InferInitializer(scope, initializer);
        }

        foreach (Node node in graph.Nodes)
        {
            InferNode(scope, node);
        }
    }

    private void InferInitializer(InferenceScope scope, Value value)
    {
        try
        {
            if (value.Constant is { } data && value.IsConstant)
            {
                scope[value] = Fact.OfConstant(data);
            }
            else
            {
                scope[value] ??= new Fact(value.Type);
            }
        }
        catch (OnnxException e)
        {
            Report(e, node: null);
            scope[value] = new Fact(value.Type);
        }
    }

    private void InferNode(InferenceScope scope, Node node)
    {
        var context = new InferenceContext(this, scope, node, scope.VersionOf(node.Domain));
        if (++_visits > MaxVisits)
        {
            LimitReached(node);
        }
        else if (!TryApply(scope, node, context, isLast: false))
        {
            TryApply(scope, node, context = new(this, scope, node, context.Version, forgetsInputElements: true), isLast: true);
        }

        for (int i = 0; i < node.Outputs.Count; i++)
        {
            Conclude(scope, node, node.Outputs[i], context.Outputs[i] ?? Fact.Nothing);
        }
    }

    /// <returns>Whether expressions stayed within bounds; the last time it is an error when they do not.</returns>
    private bool TryApply(InferenceScope scope, Node node, InferenceContext context, bool isLast)
    {
        try
        {
            Apply(scope, node, context);
        }
        catch (OnnxException e)
        {
            Report(e, node);
        }
        catch (OverflowException) when (!isLast)
        {
            return false;
        }
        catch (OverflowException e)
        {
            Report(
                InferenceDiagnosticIds.LengthOverflow,
                node,
                $"Found lengths at {node.Describe()} that overflow ({e.Message.TrimEnd('.')}). Expected lengths below 2^63, "
                    + $"in expressions of {Dim.MaxSize} parts at most. Check the node's parameters and what feeds it."
            );
        }

        return true;
    }

    private void Apply(InferenceScope scope, Node node, InferenceContext context)
    {
        if (_functions.TryGetValue((node.Domain, node.OpType, node.Overload ?? ""), out Function? function))
        {
            InferCall(scope, node, function, context);
        }
        else if (OperatorRegistry.Default.Find(node.Domain, node.OpType, context.Version) is { } rule)
        {
            rule(context);
        }
        else
        {
            Report(
                InferenceDiagnosticIds.OperatorUnknown,
                node,
                $"Found the operator {node.Describe()} of version {context.Version}, which has no inference rule. "
                    + "Expected one of ai.onnx or a function of the model. Declare the types of its results.",
                Severity.Warning
            );
        }
    }

    private void InferCall(InferenceScope scope, Node node, Function function, InferenceContext context)
    {
        if (scope.Depth >= MaxDepth)
        {
            LimitReached(node);
            return;
        }

        var parameters = function.DefaultParameters.ToDictionary(static attribute => attribute.Name);
        foreach (Attribute attribute in node.Attributes)
        {
            if (context.Find(attribute.Name) is { } given)
            {
                parameters[attribute.Name] = given;
            }
        }

        Graph body = function.Body;
        Fact[] inputs = body.Inputs.Select((_, i) => context.Has(i) ? context.FactOf(i) : Fact.Nothing).ToArray();
        var inner = new InferenceScope(function.OpsetImports, parameters, scope.Depth + 1);
        InferGraph(inner, body, inputs);
        for (int i = 0; i < Math.Min(body.Outputs.Count, node.Outputs.Count); i++)
        {
            context.Set(i, inner[body.Outputs[i]] ?? Fact.Nothing);
        }
    }

    /// <summary>Merges the inferred type of an output with the declared one.</summary>
    private void Conclude(InferenceScope scope, Node node, Value output, Fact inferred)
    {
        if (output.Name.Length == 0)
        {
            return;
        }

        ValueType? type = TypeMerger.Merge(inferred.Type, output.Type, out bool isContradicted);
        scope[output] = inferred with { Type = type };
        if (!isContradicted || scope.IsFunction)
        {
            return;
        }

        Report(
            InferenceDiagnosticIds.DeclarationContradicted,
            node,
            $"Found '{output.Name}' of {node.Describe()} declared as {output.Type}. Expected {inferred.Type}, which follows from "
                + "the graph. Remove or correct the declaration."
        );
    }

    private Fact LimitReached(Node node)
    {
        if (!_isLimitReported)
        {
            Report(
                InferenceDiagnosticIds.ExpansionLimit,
                node,
                $"Found functions or subgraphs nested beyond {MaxDepth} levels or {MaxVisits} nodes at {node.Describe()}. "
                    + "Expected fewer. Inline or flatten them."
            );
        }

        _isLimitReported = true;
        return Fact.Nothing;
    }

    private void Report(OnnxException exception, Node? node) => Report(exception.Id, node, exception.Message[(exception.Id.Length + 2)..]);

    private void Report(string id, Node? node, string message, Severity severity = Severity.Error)
    {
        if (_silences == 0)
        {
            _diagnostics.Add(new Diagnostic(id, severity, message, node?.Name));
        }
    }

    private static Dictionary<(string Domain, string Name, string Overload), Function> IndexFunctions(Model model)
    {
        var functions = new Dictionary<(string Domain, string Name, string Overload), Function>();
        foreach (Function function in model.Functions)
        {
            functions.TryAdd((function.Domain, function.Name, function.Overload), function);
        }

        return functions;
    }
}
